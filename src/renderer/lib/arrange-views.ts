import type { View, ViewOf } from '../../shared/report';

/** What gets a card of its own: images of one size, one after the other, share one. */
export type ArrangedView =
  | { readonly kind: 'images'; readonly title: string; readonly images: readonly ViewOf<'image'>[] }
  | ViewOf<'histogram'>
  | ViewOf<'table'>;

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
