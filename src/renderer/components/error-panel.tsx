import { Button, Loader } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import type { ErrorGroup } from '../../shared/items';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import { formatCount, formatPlural } from '../lib/format';
import { useErrors } from '../state/use-errors';
import { ErrorBlock, errorText } from './error-block';
import classes from './error-panel.module.css';
import tabs from './job-tabs.module.css';

interface ErrorPanelProps {
  readonly source: ResultRef;
  /** Number of errors. */
  readonly count: number;
  /** Number of ranks of the job. */
  readonly total: number;
  readonly onItem: (index: number) => void;
}

/** Most items that are named one by one. */
const namedItems = 12;

/** What went wrong, each different error once with the ranks or items that it came from. */
export function ErrorPanel({ source, count, total, onItem }: ErrorPanelProps) {
  const errors = useErrors(source, count);
  if (count === 0) return <p className={classes.none}>Nothing has gone wrong in this run.</p>;
  if (errors === null)
    return <Loader size="sm" role="status" className={tabs.loading} aria-label="Loading the errors" />;
  return (
    <>
      <ul className={classes.list}>
        {errors.groups.map((group) => (
          <li key={group.signature} className={classes.error} data-testid="error">
            <div className={classes.heading}>
              <span className={`${classes.name} mono`}>{group.error.name}</span>
              {group.error.code !== undefined && <span className={`${classes.code} mono`}>{group.error.code}</span>}
              <span className={classes.ranks}>{placeText(group, total)}</span>
              <Button
                size="compact-xs"
                variant="subtle"
                color="gray"
                leftSection={<IconCopy size={14} stroke={1.7} />}
                onClick={() => void bridge.copyText(errorText(group.error))}
              >
                Copy
              </Button>
            </div>
            <Items group={group} onItem={onItem} />
            <ErrorBlock error={group.error} others={group.messages} />
          </li>
        ))}
      </ul>
      {errors.more > 0 && (
        <p className={classes.none}>{formatPlural(errors.more, 'more error')} of further kinds are not told apart.</p>
      )}
    </>
  );
}

/** The items that failed alike, each of which leads to it. */
function Items({ group, onItem }: { readonly group: ErrorGroup; readonly onItem: (index: number) => void }) {
  if (group.items.length === 0) return null;
  const more = group.count - Math.min(group.items.length, namedItems);
  return (
    <p className={`${classes.items} num`}>
      {group.items.length === 1 ? 'Item' : 'Items'}
      {group.items.slice(0, namedItems).map((item) => (
        <button key={item} type="button" className={classes.item} onClick={() => onItem(item)}>
          {formatCount(item)}
        </button>
      ))}
      {more > 0 && <span>and {formatCount(more)} more</span>}
    </p>
  );
}

function placeText({ ranks, items, count }: ErrorGroup, total: number): string {
  if (items.length > 0) return formatPlural(count, 'item');
  const place =
    ranks.length === 0
      ? 'whole job'
      : ranks.length === total && total > 1
        ? `all ${total} ranks`
        : ranks.length === 1
          ? `rank ${ranks[0]}`
          : `ranks ${ranks.join(', ')}`;
  return count > 1 ? `${formatCount(count)} times · ${place}` : place;
}
