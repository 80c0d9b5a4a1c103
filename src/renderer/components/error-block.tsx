import type { ErrorInfo } from '../../shared/engine-info';
import { shownStack } from '../lib/shown-stack';
import classes from './error-panel.module.css';

/** What an error says: its message, what led to it, and where it was thrown. */
export function ErrorBlock({ error, others = [] }: { readonly error: ErrorInfo; readonly others?: readonly string[] }) {
  return (
    <>
      <p className={classes.message}>{error.message}</p>
      <Causes error={error} />
      {others.length > 0 && (
        <details className={classes.details}>
          <summary>{others.length === 1 ? '1 other message' : `${others.length} other messages`}</summary>
          <ul className={classes.messages}>
            {others.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </details>
      )}
      {/* That of a command would tell of the engine, not of the command. */}
      {error.stack !== undefined && error.command === undefined && (
        <details className={classes.details}>
          <summary>Stack</summary>
          <pre className={`${classes.stack} mono`} tabIndex={0}>
            {shownStack(error.stack)}
          </pre>
        </details>
      )}
    </>
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

/** An error as text, with its stack and its causes. */
export const errorText = (error: ErrorInfo): string =>
  [
    `${error.name}${error.code === undefined ? '' : ` [${error.code}]`}: ${error.message}`,
    ...(error.stack === undefined ? [] : [error.stack]),
    ...(error.cause === undefined ? [] : [`Caused by ${errorText(error.cause)}`]),
  ].join('\n');
