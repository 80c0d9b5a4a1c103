import { Button } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import type { ErrorInfo } from '../../shared/engine-info';
import type { RankError } from '../../shared/ipc';
import { bridge } from '../bridge';
import { formatCount, formatPlural } from '../lib/format';
import { groupErrors } from '../lib/group-errors';
import classes from './error-panel.module.css';

interface ErrorPanelProps {
  readonly errors: readonly RankError[];
  /** Number of ranks of the job. */
  readonly total: number;
}

/** What went wrong, each different error once with the ranks that it came from. */
export function ErrorPanel({ errors, total }: ErrorPanelProps) {
  if (errors.length === 0) return <p className={classes.none}>Nothing has gone wrong in this run.</p>;
  return (
    <ul className={classes.list}>
      {groupErrors(errors).map(({ signature, error, ranks, count, messages }) => (
        <li key={signature} className={classes.error} data-testid="error">
          <div className={classes.heading}>
            <span className={`${classes.name} mono`}>{error.name}</span>
            {error.code !== undefined && <span className={`${classes.code} mono`}>{error.code}</span>}
            <span className={classes.ranks}>
              {count > 1 && `${formatCount(count)} times · `}
              {rankText(ranks, total)}
            </span>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={<IconCopy size={14} stroke={1.7} />}
              onClick={() => void bridge.copyText(asText(error))}
            >
              Copy
            </Button>
          </div>
          <p className={classes.message}>{error.message}</p>
          <Causes error={error} />
          {messages.length > 0 && (
            <details className={classes.details}>
              <summary>{formatPlural(messages.length, 'other message')}</summary>
              <ul className={classes.messages}>
                {messages.map((message) => (
                  <li key={message}>{message}</li>
                ))}
              </ul>
            </details>
          )}
          {error.stack !== undefined && (
            <details className={classes.details}>
              <summary>Stack</summary>
              <pre className={`${classes.stack} mono`} tabIndex={0}>
                {error.stack}
              </pre>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function Causes({ error }: { readonly error: ErrorInfo }) {
  if (error.cause === undefined) return null;
  return (
    <>
      <p className={classes.cause}>
        Caused by <span className="mono">{error.cause.name}</span>: {error.cause.message}
      </p>
      <Causes error={error.cause} />
    </>
  );
}

function rankText(ranks: readonly number[], total: number): string {
  if (ranks.length === 0) return 'whole job';
  if (ranks.length === total && total > 1) return `all ${total} ranks`;
  return ranks.length === 1 ? `rank ${ranks[0]}` : `ranks ${ranks.join(', ')}`;
}

const asText = (error: ErrorInfo): string =>
  [
    `${error.name}${error.code === undefined ? '' : ` [${error.code}]`}: ${error.message}`,
    ...(error.stack === undefined ? [] : [error.stack]),
    ...(error.cause === undefined ? [] : [`Caused by ${asText(error.cause)}`]),
  ].join('\n');
