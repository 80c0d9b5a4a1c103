import { type ReactNode, useId } from 'react';
import classes from './settings.module.css';

/** Settings that belong together. */
export function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.group} aria-labelledby={id}>
      <h3 id={id} className={classes.groupTitle}>
        {title}
      </h3>
      <div className={classes.card}>{children}</div>
    </section>
  );
}
