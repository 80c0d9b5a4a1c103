import type { ShownView, ShownViewOf } from '../../shared/result';
import type { ColumnStore } from '../views/table/column-store';

/** A picture, of one value or of colours for each pixel. */
export type Picture = ShownViewOf<'image'> | ShownViewOf<'rgba'>;

/** Which rows of a picture that grows have changed: `rows[y]` is the number of the revision that changed row y last. */
export interface Revisions {
  readonly latest: number;
  readonly rows: Uint32Array;
}

/** What gets a card of its own: images of one kind and size, one after the other, share one. */
export type ArrangedView = {
  /** Tells it from the other cards. */
  readonly id: string;
  readonly title: string;
} & (
  | { readonly kind: 'images'; readonly images: readonly Picture[]; readonly revisions?: Revisions }
  /** `place` is its place among the views of the result. */
  | { readonly kind: 'view'; readonly place: number; readonly view: Exclude<ShownView, Picture> }
  /** A table that grows. */
  | { readonly kind: 'rows'; readonly store: ColumnStore; readonly note: string | null }
);

/** Puts a report's views into cards, in their order. */
export function arrangeViews(views: readonly ShownView[]): ArrangedView[] {
  const cards: ArrangedView[] = [];
  for (const [place, view] of views.entries()) {
    const { title } = view;
    if (view.kind !== 'image' && view.kind !== 'rgba') {
      cards.push({ id: String(place), title, kind: 'view', place, view });
      continue;
    }
    const last = cards.at(-1);
    if (last?.kind === 'images' && last.images.every((image) => isAlike(image, view)))
      cards[cards.length - 1] = { ...last, images: [...last.images, view] };
    else cards.push({ id: String(place), title, kind: 'images', images: [view] });
  }
  return cards;
}

const isAlike = (a: Picture, b: Picture): boolean => a.kind === b.kind && a.width === b.width && a.height === b.height;
