import { Modal } from '@mantine/core';
import { type ActionGroup, groupTitles } from '../../shared/actions';
import { allActions } from '../actions/registry';
import { showShortcut } from '../actions/shortcuts';
import { showOverlay, usePage } from '../state/page';
import classes from './palette.module.css';

interface Keys {
  readonly title: string;
  readonly shortcuts: readonly string[];
}

/** Keys that work where the focus is, and are no actions of the whole window. */
const inPlace: readonly { readonly title: string; readonly keys: readonly Keys[] }[] = [
  {
    title: 'In the queue',
    keys: [
      { title: 'To the job before or after', shortcuts: ['ArrowUp', 'ArrowDown'] },
      { title: 'To the first or last', shortcuts: ['Home', 'End'] },
      { title: 'Run what is selected', shortcuts: ['Enter'] },
    ],
  },
  {
    title: 'In the history',
    keys: [
      { title: 'To the run before or after', shortcuts: ['ArrowUp', 'ArrowDown'] },
      { title: 'To the first or last', shortcuts: ['Home', 'End'] },
      { title: 'Mark a run', shortcuts: [' '] },
      { title: 'To what is kept of it', shortcuts: ['Enter'] },
      { title: 'Delete it, or what is marked', shortcuts: ['Delete'] },
    ],
  },
  {
    title: 'Everywhere',
    keys: [
      { title: 'To the next or previous control', shortcuts: ['Tab', 'Shift+Tab'] },
      { title: 'Close what lies over the window', shortcuts: ['Escape'] },
    ],
  },
];

/** All keys of the window on one page. */
export function ShortcutsHelp() {
  const opened = usePage((state) => state.overlay === 'shortcuts');
  const groups: ActionGroup[] = ['file', 'jobs', 'history', 'view', 'help'];
  return (
    <Modal opened={opened} onClose={() => showOverlay(null)} title="Keyboard shortcuts" size="xl">
      <div className={classes.groups}>
        {groups.map((group) => (
          <Group
            key={group}
            title={groupTitles[group]}
            keys={allActions()
              .filter((action) => action.group === group)
              .map(({ title, shortcuts = [] }) => ({ title, shortcuts }))}
          />
        ))}
        {inPlace.map(({ title, keys }) => (
          <Group key={title} title={title} keys={keys} />
        ))}
      </div>
    </Modal>
  );
}

function Group({ title, keys }: { readonly title: string; readonly keys: readonly Keys[] }) {
  const shown = keys.filter(({ shortcuts }) => shortcuts.length > 0);
  if (shown.length === 0) return null;
  return (
    <section className={classes.group}>
      <h3>{title}</h3>
      <dl>
        {shown.map((key) => (
          <div key={key.title} className={classes.row}>
            <dt>{key.title}</dt>
            <dd>
              {key.shortcuts.map((shortcut) => (
                <kbd key={shortcut} className={classes.key}>
                  {showShortcut(shortcut)}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
