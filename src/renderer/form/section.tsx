import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './form.module.css';

/** A part of the form under a heading. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <h3 id={id} className={classes.sectionTitle}>
        {title}
      </h3>
      <div className={classes.sectionBody}>{children}</div>
    </section>
  );
}

interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, text: string])[];
  readonly onChange: (value: Value) => void;
}

/** One of a few, all of them in sight. */
export function Segments<Value extends string>({ label, value, options, onChange }: SegmentsProps<Value>) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      classNames={{ root: classes.segments ?? '' }}
      value={value}
      data={options.map(([option, text]) => ({ value: option, label: text }))}
      onChange={(chosen) => {
        const option = options.find(([known]) => known === chosen);
        if (option !== undefined) onChange(option[0]);
      }}
    />
  );
}
