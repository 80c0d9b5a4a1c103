import type { ShownView, ShownViewOf } from '../../shared/result';

type Picture = ShownViewOf<'image'> | ShownViewOf<'rgba'>;

/** What gets a card of its own: images of one kind and size, one after the other, share one. */
export type ArrangedView = {
  /** Place of the (first) view among the report's. */
  readonly place: number;
  readonly title: string;
} & (
  | { readonly kind: 'images'; readonly images: readonly Picture[] }
  | { readonly kind: 'view'; readonly view: Exclude<ShownView, Picture> }
);

/** Puts a report's views into cards, in their order. */
export function arrangeViews(views: readonly ShownView[]): ArrangedView[] {
  const cards: ArrangedView[] = [];
  for (const [place, view] of views.entries()) {
    const { title } = view;
    if (view.kind !== 'image' && view.kind !== 'rgba') {
      cards.push({ place, title, kind: 'view', view });
      continue;
    }
    const last = cards.at(-1);
    if (last?.kind === 'images' && last.images.every((image) => isAlike(image, view)))
      cards[cards.length - 1] = { ...last, images: [...last.images, view] };
    else cards.push({ place, title, kind: 'images', images: [view] });
  }
  return cards;
}

const isAlike = (a: Picture, b: Picture): boolean => a.kind === b.kind && a.width === b.width && a.height === b.height;
