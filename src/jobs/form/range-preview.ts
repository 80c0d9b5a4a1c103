import type { RangePreview } from '../../shared/job-draft';
import type { PlannedItems } from '../../shared/plan';
import { numberAt } from '../plan-items';

/** Items that a preview shows. */
const shown = 8;

/** Longest item that a preview shows whole, in characters. */
const longest = 200;

/** How many items there are, the first of them, and the last. */
export function previewOf(items: PlannedItems, count: number): RangePreview {
  const at = (index: number): string => textAt(items, index).slice(0, longest);
  return {
    count,
    first: Array.from({ length: Math.min(shown, count) }, (_, index) => at(index)),
    last: count > shown ? at(count - 1) : null,
  };
}

function textAt(items: PlannedItems, index: number): string {
  switch (items.kind) {
    case 'count':
      return String(index);
    case 'numbers':
      return String(numberAt(items.spans, index));
    case 'values':
      return String(items.values[index]);
    case 'files':
      return items.paths[index] ?? '';
    case 'rows':
      return items.columns.map((column, place) => `${column}=${items.rows[index]?.[place] ?? ''}`).join(', ');
  }
}
