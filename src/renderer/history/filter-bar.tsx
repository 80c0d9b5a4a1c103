import { CloseButton, NativeSelect, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { HistorySort } from '../../shared/ipc-history';
import type { RunFacet, RunState } from '../../shared/stored-run';
import { formatCount } from '../lib/format';
import classes from './history.module.css';
import { type Period, periods } from './history-query';
import { setFilter, useHistory } from './history-store';
import { lookOf, runStates } from './run-states';

const periodNames: Readonly<Record<Period, string>> = {
  any: 'Any time',
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  range: 'From – to',
};

const orders: readonly (readonly [sort: HistorySort, descending: boolean, text: string])[] = [
  ['created', true, 'Newest first'],
  ['created', false, 'Oldest first'],
  ['duration', true, 'Longest first'],
  ['duration', false, 'Shortest first'],
  ['failed', true, 'Most failed first'],
  ['name', false, 'By name'],
];

/** What is looked for in the history, and in which order it stands. */
export function FilterBar() {
  const { filter, facets } = useHistory();
  const order = orders.findIndex(([sort, descending]) => sort === filter.sort && descending === filter.descending);
  return (
    <div className={classes.filters} role="search" aria-label="Filter the history">
      <div className={classes.fields}>
        <SearchText />
        <NativeSelect
          size="xs"
          className={classes.field}
          aria-label="When"
          data={periods.map((period) => ({ value: period, label: periodNames[period] }))}
          value={filter.period}
          onChange={(event) => {
            const period = periods.find((one) => one === event.currentTarget.value);
            if (period !== undefined) void setFilter({ period });
          }}
        />
        {filter.period === 'range' && (
          <>
            <Day label="From" value={filter.from} onChange={(from) => void setFilter({ from })} />
            <Day label="To" value={filter.to} onChange={(to) => void setFilter({ to })} />
          </>
        )}
        <Facet
          label="Target"
          placeholder="Any target"
          facets={facets.targets}
          value={filter.target}
          onChange={(target) => void setFilter({ target })}
        />
        <Facet
          label="Job file"
          placeholder="Any job file"
          facets={facets.files}
          value={filter.file}
          onChange={(file) => void setFilter({ file })}
        />
        <NativeSelect
          size="xs"
          className={classes.field}
          aria-label="Order"
          data={orders.map(([, , text], index) => ({ value: String(index), label: text }))}
          value={String(Math.max(0, order))}
          onChange={(event) => {
            const [sort, descending] = orders[Number(event.currentTarget.value)] ?? [];
            if (sort !== undefined && descending !== undefined) void setFilter({ sort, descending });
          }}
        />
      </div>
      <States />
    </div>
  );
}

function SearchText() {
  const known = useHistory((state) => state.filter.text);
  // What is being written; null when the field shows what is looked for.
  const [typed, setTyped] = useState<string | null>(null);
  const searchSoon = useDebouncedCallback((text: string) => void setFilter({ text }).then(() => setTyped(null)), 200);
  const change = (text: string): void => {
    setTyped(text);
    searchSoon(text);
  };
  const text = typed ?? known;
  return (
    <TextInput
      size="xs"
      id="history-search"
      className={classes.search}
      aria-label="Search runs"
      placeholder="Name, file, label or target"
      leftSection={<IconSearch size={14} />}
      rightSection={
        text === '' ? null : <CloseButton size="xs" aria-label="Clear the search" onClick={() => change('')} />
      }
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && text !== '') {
          event.stopPropagation();
          change('');
        } else if (event.key === 'ArrowDown') {
          event.preventDefault();
          document.querySelector<HTMLElement>('[role=listbox][aria-label=Runs]')?.focus();
        }
      }}
    />
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}

const Day = ({ label, value, onChange }: DayProps) => (
  <TextInput
    size="xs"
    type="date"
    className={classes.field}
    aria-label={label}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);

interface FacetProps {
  readonly label: string;
  readonly placeholder: string;
  readonly facets: readonly RunFacet[];
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

/** One of the values that runs have, found by typing a part of it. */
function Facet({ label, placeholder, facets, value, onChange }: FacetProps) {
  const isKnown = value === null || facets.some((facet) => facet.value === value);
  const options = facets.map((facet) => ({
    value: facet.value,
    label: facet.value,
    runs: facet.runs,
  }));
  return (
    <Select
      size="xs"
      className={classes.facet}
      aria-label={label}
      placeholder={placeholder}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': `Any ${label.toLowerCase()}` }}
      limit={200}
      data={isKnown ? options : [...options, { value, label: value }]}
      value={value}
      title={value ?? undefined}
      comboboxProps={{ width: 'max-content', position: 'bottom-start', middlewares: { shift: true, flip: true } }}
      renderOption={({ option }) => (
        <span className={classes.option}>
          <span className={`${classes.cut} mono`}>{option.label}</span>
          <span className={`${classes.dim} num`}>
            {formatCount(facets.find((facet) => facet.value === option.value)?.runs ?? 0)}
          </span>
        </span>
      )}
      nothingFoundMessage="None fits."
      onChange={onChange}
    />
  );
}

/** How many runs there are of each state; pressing one shows only those. */
function States() {
  const { filter, counts } = useHistory();
  if (counts === null) return null;
  const total = runStates.reduce((sum, state) => sum + counts[state], 0);
  const shown = runStates.filter((state) => counts[state] > 0 || filter.states.includes(state));
  const toggle = (state: RunState): void => {
    const states = filter.states.includes(state)
      ? filter.states.filter((one) => one !== state)
      : [...filter.states, state];
    void setFilter({ states });
  };
  return (
    <div className={classes.chips} role="group" aria-label="States">
      <button
        type="button"
        className={classes.chip}
        aria-pressed={filter.states.length === 0}
        onClick={() => void setFilter({ states: [] })}
      >
        All <span className="num">{formatCount(total)}</span>
      </button>
      {shown.map((state) => (
        <button
          key={state}
          type="button"
          className={classes.chip}
          aria-pressed={filter.states.includes(state)}
          onClick={() => toggle(state)}
        >
          {lookOf(state).text} <span className="num">{formatCount(counts[state])}</span>
        </button>
      ))}
    </div>
  );
}
