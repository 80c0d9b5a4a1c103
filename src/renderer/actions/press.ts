import type { ActionId } from '../../shared/actions';
import { perform } from './registry';

/**
 * What a press of a button does. The second press of a double click does nothing: it may have come upon another button,
 * which stands there since the first one. Keys press as often as they like.
 */
export const onPress =
  (id: ActionId) =>
  ({ detail }: { readonly detail: number }): void => {
    if (detail < 2) void perform(id);
  };
