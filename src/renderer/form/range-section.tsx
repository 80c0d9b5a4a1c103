import { Loader } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import type { RangeKind } from '../../shared/job-draft';
import { formatPlural } from '../lib/format';
import { chooseFor } from './choose';
import { LinesField, TextField } from './fields';
import classes from './form.module.css';
import { setRangeKind, useForm } from './form-store';
import { Section, Segments } from './section';
import { Browse } from './work-section';

const kinds: readonly (readonly [RangeKind, string])[] = [
  ['count', 'Number'],
  ['span', 'From – to'],
  ['numbers', 'Numbers'],
  ['files', 'Files'],
  ['list', 'List'],
  ['csv', 'CSV'],
  ['lines', 'Lines'],
];
const kindsOfRun: typeof kinds = [...kinds, ['once', 'Once']];

/** What the job works through. */
export function RangeSection() {
  const kind = useForm((state) => state.draft.rangeKind);
  const isCommand = useForm((state) => state.draft.kind === 'run');
  return (
    <Section title="What it works through">
      <Segments
        label="What it works through"
        value={kind}
        options={isCommand ? kindsOfRun : kinds}
        onChange={setRangeKind}
      />
      <Range kind={kind} />
      <Preview />
    </Section>
  );
}

function Range({ kind }: { readonly kind: RangeKind }) {
  const target = useForm(({ start, draft }) =>
    draft.kind === 'builtin' ? start?.targets.find(({ name }) => name === draft.fields.builtin) : undefined,
  );
  const unit = target?.rangeUnit ?? 'items';
  switch (kind) {
    case 'count':
      return (
        <TextField
          name="count"
          label={`Number of ${unit}`}
          unit={unit}
          placeholder={typeof target?.defaultRange === 'number' ? String(target.defaultRange) : '1000'}
          description="The indices 0, 1, 2, … one fewer than this."
        />
      );
    case 'span':
      return (
        <div className={classes.three}>
          <TextField name="from" label="From" placeholder="1" />
          <TextField name="to" label="To, included" placeholder="100" />
          <TextField name="step" label="Step" placeholder="1" />
        </div>
      );
    case 'numbers':
      return (
        <TextField
          name="numbers"
          label="Numbers and spans"
          placeholder="1-100:2,205"
          description="Both ends of a span belong to it; after the colon its step."
        />
      );
    case 'files':
      return (
        <div className={classes.pair}>
          <LinesField
            name="files"
            label="Files"
            rows={1}
            placeholder={typeof target?.defaultRange === 'object' ? target.defaultRange.files : 'scans/**/*.dcm'}
            description="Globs relative to the folder, one a line."
          />
          <LinesField name="exclude" label="But not" rows={1} placeholder="**/test*" description="Also one a line." />
        </div>
      );
    case 'list':
      return (
        <LinesField
          name="list"
          label="Items"
          rows={3}
          placeholder={'north\nsouth\n3'}
          description={'One a line. "3" in quotes is a text, 3 a number.'}
        />
      );
    case 'csv':
      return (
        <TextField
          name="csv"
          label="Table"
          placeholder="people.csv"
          description="The first line names the columns; each further line is an item."
          unit={<Browse label="Choose the table" onClick={() => void chooseFor('csv', 'csv')} />}
        />
      );
    case 'lines':
      return (
        <TextField
          name="lines"
          label="Text file"
          placeholder="names.txt"
          description="Each line that is not empty is an item."
          unit={<Browse label="Choose the file" onClick={() => void chooseFor('lines', 'lines')} />}
        />
      );
    case 'once':
      return <p className={classes.note}>The command is run once, without an item.</p>;
  }
}

/** How many items that are, and the first of them. */
function Preview() {
  // Of another kind of range nothing is shown while main looks.
  const isOther = useForm(({ draft, checked }) => checked?.rangeKind !== draft.rangeKind);
  const known = useForm((state) => state.check?.range ?? null);
  const range = isOther ? null : known;
  const isChecking = useForm((state) => state.isChecking);
  const kind = useForm((state) => state.draft.rangeKind);
  // Of a glob without matches the person wants to know while writing; of other kinds the field tells when it is left.
  const nothing = useForm(({ check }) =>
    kind === 'files' && !isOther ? (check?.problems.find(({ field }) => field === 'files')?.message ?? null) : null,
  );
  if (kind === 'once') return null;
  const unit = kind === 'files' ? 'file' : kind === 'csv' ? 'row' : kind === 'lines' ? 'line' : 'item';
  return (
    <div className={classes.preview} data-testid="range-preview" aria-live="polite" aria-busy={isChecking}>
      {range !== null && (
        <>
          <span className={`${classes.count} num`}>{formatPlural(range.count, unit)}</span>
          <span className={`${classes.firstItems} mono`}>
            {range.first.join(kind === 'csv' ? ' · ' : ', ')}
            {range.last !== null && `, … ${range.last}`}
          </span>
        </>
      )}
      {range === null && nothing !== null && (
        <span className={classes.nothing}>
          <IconAlertTriangleFilled size={14} aria-hidden="true" />
          {nothing}
        </span>
      )}
      {range === null && nothing === null && !isChecking && <span className={classes.dim}>Nothing yet</span>}
      {isChecking && <Loader size={12} role="img" aria-label="Looking" />}
    </div>
  );
}
