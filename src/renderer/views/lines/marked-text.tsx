import classes from './lines.module.css';
import { splitAround } from './text-lines';

/** A text with what was looked for marked in it. */
export const MarkedText = ({ text, mark }: { readonly text: string; readonly mark: string }) => (
  <>
    {splitAround(text, mark).map((part, index) =>
      index % 2 === 1 ? (
        // Parts have no identity but their place.
        <mark key={index} className={classes.mark}>
          {part}
        </mark>
      ) : (
        part
      ),
    )}
  </>
);
