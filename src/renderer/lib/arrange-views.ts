import type { View } from '../../shared/report';

export type ImageData = Extract<View, { kind: 'image' }>;
export type HistogramData = Extract<View, { kind: 'histogram' }>;
export type TableData = Extract<View, { kind: 'table' }>;

/** What gets a card of its own: images of one size, one after the other, share one. */
export type ArrangedView =
  | { readonly kind: 'images'; readonly title: string; readonly images: readonly ImageData[] }
  | HistogramData
  | TableData;

/** Puts a report's views into cards, in their order. */
export function arrangeViews(views: readonly View[]): ArrangedView[] {
  const cards: ArrangedView[] = [];
  for (const view of views) {
    if (view.kind !== 'image') {
      cards.push(view);
      continue;
    }
    const last = cards.at(-1);
    if (last?.kind === 'images' && last.images[0]?.width === view.width && last.images[0].height === view.height) {
      cards[cards.length - 1] = { ...last, images: [...last.images, view] };
    } else cards.push({ kind: 'images', title: view.title, images: [view] });
  }
  return cards;
}
