import type { ViewOf } from '../../shared/report';
import { formatFigure } from '../lib/format';
import classes from './table.module.css';

/** Most rows that are put into the page. */
const maxRows = 500;

/** A table of a report; columns of numbers are aligned by their digits. */
export function TableView({ view }: { readonly view: ViewOf<'table'> }) {
  const rows = view.rows.slice(0, maxRows);
  const numeric = view.columns.map((_, column) => rows.every((row) => typeof row[column] !== 'string'));
  const alignment = (column: number): string | undefined => (numeric[column] === true ? classes.number : undefined);
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.title}>{view.title}</figcaption>
      <div className={classes.frame} tabIndex={0} role="group" aria-label={view.title}>
        <table className={`${classes.table} num`}>
          <thead>
            <tr>
              {view.columns.map((column, index) => (
                <th key={column} className={alignment(index)}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // Rows have no identity but their place.
              <tr key={index}>
                {view.columns.map((column, cell) => (
                  <td key={column} className={alignment(cell)}>
                    {formatFigure(row[cell] ?? '')}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {view.rows.length > maxRows && (
        <p className={classes.note}>
          The first {maxRows} of {formatFigure(view.rows.length)} rows.
        </p>
      )}
    </figure>
  );
}
