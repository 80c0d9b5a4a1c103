import { SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue, useElementSize } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import type { JobRow } from '../../shared/ipc';
import { type ItemFilter, type ItemOrder, itemFilters } from '../../shared/items';
import type { ResultRef } from '../../shared/result';
import { formatCount, formatPlural } from '../lib/format';
import { itemCounts } from '../lib/item-counts';
import { type ItemChoice, useItems } from '../state/use-items';
import { ItemDetailPanel } from './item-detail';
import { ItemList } from './item-list';
import classes from './items-panel.module.css';

interface ItemsPanelProps {
  readonly source: ResultRef;
  readonly row: JobRow;
  /** Items have names that say more than their place. */
  readonly hasNames: boolean;
  /** The item that a person has asked for elsewhere; it is selected at first. */
  readonly wanted: number | null;
  /** Shows an item in the range above. */
  readonly onLocate: (index: number) => void;
}

/** Where a person is in the list: the place, and the item that stood there when it was chosen. */
interface Chosen {
  readonly place: number;
  readonly index: number | null;
}

const filterTexts: Readonly<Record<ItemFilter, string>> = {
  all: 'All',
  done: 'Done',
  failed: 'Failed',
  retried: 'Retried',
  skipped: 'Skipped',
  open: 'Open',
};

/** From this width on there is room for the list and one of its items side by side. */
const wideFrom = 760;

/** The items of a job one by one: what came of each, filtered, searched, and each in full. */
export function ItemsPanel({ source, row, hasNames, wanted, onLocate }: ItemsPanelProps) {
  const [filter, setFilter] = useState<ItemFilter>('all');
  const [order, setOrder] = useState<ItemOrder>('index');
  const [search, setSearch] = useState('');
  const [text] = useDebouncedValue(search, 200);
  const [chosen, setChosen] = useState<Chosen | null>(wanted === null ? null : { place: wanted, index: wanted });
  const [sight, setSight] = useState({ from: wanted ?? 0, to: (wanted ?? 0) + 30 });
  const choice = useMemo<ItemChoice>(() => ({ filter, order, text }), [filter, order, text]);
  const items = useItems(source, choice, sight.from, sight.to);
  const list = useRef<HTMLDivElement>(null);
  const { ref, width } = useElementSize();
  const standing = chosen?.index ?? (chosen === null ? null : (items?.row(chosen.place)?.index ?? null));
  // Once it is known which item stands at a place, others may come to stand there.
  if (chosen?.index === null && standing !== null) setChosen({ ...chosen, index: standing });
  const counts = itemCounts(row);
  const filters = itemFilters.filter((name) => name === 'all' || name === filter || counts[name] > 0);
  const close = (): void => {
    setChosen(null);
    list.current?.focus();
  };
  const refilter = (change: () => void): void => {
    change();
    setChosen(null);
  };
  const isWide = width >= wideFrom;
  if (items === null && row.startedAt === null)
    return <p className={classes.empty}>The items are listed once the job has begun.</p>;
  return (
    <div ref={ref} className={classes.panel} data-testid="items">
      {(isWide || standing === null) && (
        <div className={classes.list}>
          <div className={classes.bar}>
            <SegmentedControl
              size="xs"
              data={filters.map((name) => ({
                value: name,
                label: name === 'all' ? filterTexts.all : `${filterTexts[name]} ${formatCount(counts[name])}`,
              }))}
              value={filter}
              onChange={(value) => refilter(() => setFilter(itemFilters.find((name) => name === value) ?? 'all'))}
              aria-label="Which items"
            />
            <span className={`${classes.note} num`} aria-live="polite">
              {items?.choice !== JSON.stringify(choice)
                ? text === ''
                  ? ''
                  : 'Searching…'
                : `${formatPlural(items.total, 'item')}${items.note === null ? '' : `. ${items.note}`}`}
            </span>
            <TextInput
              size="xs"
              className={classes.search}
              leftSection={<IconSearch size={14} />}
              placeholder="Search"
              aria-label="Search the items"
              value={search}
              onChange={(event) => {
                const { value } = event.currentTarget;
                refilter(() => setSearch(value));
              }}
            />
          </div>
          <ItemList
            ref={list}
            key={JSON.stringify(choice)}
            items={items}
            hasNames={hasNames}
            order={order}
            onOrder={(next) => refilter(() => setOrder(next))}
            place={chosen?.place ?? null}
            index={standing}
            onChoose={(place, index) => setChosen({ place, index })}
            onClose={close}
            onSight={setSight}
          />
        </div>
      )}
      {standing !== null && (
        <ItemDetailPanel
          key={standing}
          source={source}
          index={standing}
          hasNames={hasNames}
          isAlone={!isWide}
          onLocate={onLocate}
          onClose={close}
        />
      )}
    </div>
  );
}
