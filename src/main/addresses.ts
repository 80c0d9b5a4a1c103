/** Hosts that a link in the window may open in the person's browser. */
const externalHosts: ReadonlySet<string> = new Set(['github.com']);

/** Whether a link may leave the app: https, a known host, the default port, no user name in it. */
export function mayOpenExternally(address: string): boolean {
  try {
    const url = new URL(address);
    return url.protocol === 'https:' && externalHosts.has(url.host) && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}

/** Whether an address is a page of the window itself. */
export function isOwnAddress(address: string, origin: string): boolean {
  return address.startsWith(`${origin}/`);
}
