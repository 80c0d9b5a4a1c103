/** The mark: ranks on their way through one range, each as far as it is. */
export function Logo({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6" fill="#4650cf" />
      <rect x="5" y="5.5" width="14" height="3" rx="1.5" fill="#fff" />
      <rect x="5" y="10.5" width="10" height="3" rx="1.5" fill="#fff" opacity=".8" />
      <rect x="5" y="15.5" width="6" height="3" rx="1.5" fill="#fff" opacity=".6" />
    </svg>
  );
}
