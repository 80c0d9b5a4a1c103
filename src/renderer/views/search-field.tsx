import { Loader, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { formatCount } from '../lib/format';
import classes from './search-field.module.css';
import { ToolButton } from './view-frame';

interface SearchFieldProps<Place> {
  readonly label: string;
  /** Where a text is; `note` tells what was not looked at. */
  readonly search: (text: string) => Promise<{ readonly places: readonly Place[]; readonly note: string }>;
  /** Brings a place into sight. */
  readonly show: (place: Place, text: string) => Promise<void> | void;
}

interface Found<Place> {
  readonly text: string;
  readonly places: readonly Place[];
  readonly note: string;
  readonly current: number;
}

/** A field that finds a text and goes from one place to the next: Enter, and Shift+Enter for the one before. */
export function SearchField<Place>({ label, search, show }: SearchFieldProps<Place>) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found<Place> | null>(null);
  const [busy, setBusy] = useState(false);
  const latest = useRef('');

  const find = async (wanted: string): Promise<void> => {
    latest.current = wanted;
    if (wanted === '') {
      setFound(null);
      setBusy(false);
      void search('');
      return;
    }
    setBusy(true);
    const { places, note } = await search(wanted);
    if (latest.current !== wanted) return;
    setBusy(false);
    setFound({ text: wanted, places, note, current: 0 });
    const [first] = places;
    if (first !== undefined) await show(first, wanted);
  };
  const findSoon = useDebouncedCallback((wanted: string) => void find(wanted), 250);
  const go = (by: number): void => {
    if (found === null || found.places.length === 0) return;
    const current = (found.current + by + found.places.length) % found.places.length;
    const place = found.places[current];
    setFound({ ...found, current });
    if (place !== undefined) void show(place, found.text);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && text !== '') {
      event.preventDefault();
      event.stopPropagation();
      setText('');
      void find('');
    }
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (found?.text === text) go(event.shiftKey ? -1 : 1);
    else void find(text);
  };

  return (
    <div className={classes.field}>
      {found !== null && (
        <span className={classes.count} role="status">
          {found.places.length === 0
            ? `not found${found.note}`
            : `${formatCount(found.current + 1)} of ${formatCount(found.places.length)}${found.note}`}
        </span>
      )}
      <TextInput
        size="xs"
        className={classes.input}
        leftSection={busy ? <Loader size={12} /> : <IconSearch size={14} />}
        placeholder="Search"
        aria-label={label}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          findSoon(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      {found !== null && found.places.length > 1 && (
        <>
          <ToolButton label="Place before (Shift+Enter)" icon={<IconChevronUp size={15} />} onClick={() => go(-1)} />
          <ToolButton label="Next place (Enter)" icon={<IconChevronDown size={15} />} onClick={() => go(1)} />
        </>
      )}
    </div>
  );
}
