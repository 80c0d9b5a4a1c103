import type { ReactNode } from 'react';
import { formatCount } from '../lib/format';
import classes from './run-detail.module.css';

interface FactProps {
  readonly label: string;
  readonly title?: string;
  readonly children: ReactNode;
}

/** A figure and what it is. */
export function Fact({ label, title, children }: FactProps) {
  return (
    <div className={classes.fact}>
      <dt title={title}>{label}</dt>
      <dd className="num">{children}</dd>
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

/** A part of what is told of a run. */
export function Section({ title, count, tools, children }: SectionProps) {
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <h4>
          {title} {count !== undefined && <span className="num">{formatCount(count)}</span>}
        </h4>
        {tools}
      </div>
      {children}
    </section>
  );
}
