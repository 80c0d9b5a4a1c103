import { useCallback, useMemo, useRef } from 'react';
import type { ItemDetail, ItemPage, ItemQuery, ItemRow } from '../../shared/items';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import { useFetched, useItemsVersion } from './use-run';

/** Rows of one page; main never sends more. */
export const pageRows = 200;

/** Which items are wanted, whatever part of them is in sight. */
export type ItemChoice = Omit<ItemQuery, 'offset'>;

/** The items that fit a query, as far as they have been fetched. */
export interface ItemsState {
  /** What they fit. */
  readonly choice: string;
  readonly total: number;
  readonly note: string | null;
  readonly row: (place: number) => ItemRow | undefined;
}

/**
 * The items of a run that fit a query; null until the first have come. Those in sight are kept as they are now.
 *
 * @param from first place in sight
 * @param to the place after the last one in sight
 */
export function useItems(ref: ResultRef, choice: ItemChoice, from: number, to: number): ItemsState | null {
  const version = useItemsVersion(ref);
  const text = JSON.stringify(choice);
  const first = Math.floor(from / pageRows);
  const last = Math.floor(Math.max(from, to - 1) / pageRows);
  const kept = useRef<{ readonly text: string; readonly pages: ReadonlyMap<number, ItemPage> }>({
    text,
    pages: new Map(),
  });
  const fetch = useCallback(
    async (of: ResultRef) => {
      const pages = new Map(kept.current.text === text ? kept.current.pages : []);
      for (let page = first; page <= last; page += 1) {
        const got = await bridge.getItems(of, { ...choice, offset: page * pageRows });
        if (got === null) return null;
        pages.set(page, got);
      }
      kept.current = { text, pages };
      return kept.current;
    },
    [choice, text, first, last],
  );
  const data = useFetched(ref, `${version} ${text} ${first} ${last}`, 300, fetch);
  return useMemo(() => {
    if (data === null) return null;
    const newest = data.pages.get(first) ?? [...data.pages.values()].at(-1);
    return {
      choice: data.text,
      total: newest?.total ?? 0,
      note: newest?.note ?? null,
      row: (place) => data.pages.get(Math.floor(place / pageRows))?.rows[place % pageRows],
    };
  }, [data, first]);
}

/** All that is known of one item; null until it has come. */
export function useItem(ref: ResultRef, index: number): ItemDetail | null {
  const version = useItemsVersion(ref);
  const fetch = useCallback((of: ResultRef) => bridge.getItem(of, index), [index]);
  const detail = useFetched(ref, `${version} ${index}`, 200, fetch);
  return detail?.index === index ? detail : null;
}
