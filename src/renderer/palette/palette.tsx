import { Modal, TextInput } from '@mantine/core';
import { IconFileText, IconPlayerPlay, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { groupTitles } from '../../shared/actions';
import { allActions } from '../actions/registry';
import { hintOf } from '../actions/shortcuts';
import { openRecent, useRecent } from '../opening/recent-store';
import { showOverlay, usePage } from '../state/page';
import { select, useWindow } from '../state/store';
import { type Entry, findEntries } from './find';
import classes from './palette.module.css';

/** The command palette: everything that can be done now, and every job and file, by typing a part of its name. */
export function Palette() {
  const opened = usePage((state) => state.overlay === 'palette');
  return (
    <Modal.Root
      opened={opened}
      onClose={() => showOverlay(null)}
      size={620}
      yOffset="12vh"
      padding={0}
      lockScroll={false}
      // Whoever types at once after the shortcut must find the field there.
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label="Commands" radius="md">
        <Search />
      </Modal.Content>
    </Modal.Root>
  );
}

function Search() {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  // What could be done when the palette was opened; the queue behind it may move on.
  const [state] = useState(() => useWindow.getState());
  const recent = useRecent(({ files }) => files);
  const entries = useMemo(() => findEntries(text, allActions(), state, recent), [text, state, recent]);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, entries]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = entries.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: chosen >= last ? 0 : chosen + 1,
      ArrowUp: chosen <= 0 ? last : chosen - 1,
      PageDown: Math.min(last, chosen + 8),
      PageUp: Math.max(0, chosen - 8),
    };
    const target = targets[event.key];
    const entry = entries[chosen];
    if (target !== undefined) setChosen(Math.max(0, target));
    else if (event.key === 'Enter' && entry !== undefined) choose(entry);
    else return;
    event.preventDefault();
  };

  return (
    <div className={classes.palette}>
      <TextInput
        variant="unstyled"
        size="md"
        data-autofocus
        autoFocus
        leftSection={<IconSearch size={18} stroke={1.7} />}
        placeholder="What do you want to do?"
        aria-label="Command"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-entries"
        aria-activedescendant={entries.length > 0 ? `palette-${chosen}` : undefined}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id="palette-entries" role="listbox" aria-label="Commands" className={classes.list}>
        {entries.map((entry, index) => (
          <div
            key={keyOf(entry)}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={classes.entry}
            onMouseMove={() => setChosen(index)}
            onClick={() => choose(entry)}
          >
            <EntryLine entry={entry} />
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className={classes.nothing}>Nothing here is called “{text.trim()}”.</p>}
      <div className="sr-only" role="status">
        {entries.length} {entries.length === 1 ? 'entry' : 'entries'}
      </div>
    </div>
  );
}

function EntryLine({ entry }: { readonly entry: Entry }) {
  if (entry.kind === 'action') {
    const hint = hintOf(entry.action.id);
    return (
      <>
        <span className={classes.title}>{entry.action.title}</span>
        <span className={classes.text}>{groupTitles[entry.action.group]}</span>
        {hint !== '' && <kbd className={classes.key}>{hint}</kbd>}
      </>
    );
  }
  const Icon = entry.kind === 'job' ? IconPlayerPlay : IconFileText;
  return (
    <>
      <Icon size={16} stroke={1.7} aria-hidden="true" />
      <span className={classes.title}>{entry.title}</span>
      <span className={classes.text}>{entry.text}</span>
    </>
  );
}

function choose(entry: Entry): void {
  showOverlay(null);
  if (entry.kind === 'action') void entry.action.run();
  else if (entry.kind === 'recent') void openRecent(entry.path);
  else select({ kind: entry.kind, key: entry.key });
}

function keyOf(entry: Entry): string {
  if (entry.kind === 'action') return entry.action.id;
  return entry.kind === 'recent' ? entry.path : `${entry.kind}-${entry.key}`;
}
