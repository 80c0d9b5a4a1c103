import { Menu } from '@mantine/core';
import { type ActionId, actionTexts } from '../../shared/actions';
import { actionOf, perform } from '../actions/registry';
import { hintOf } from '../actions/shortcuts';
import { useWindow } from '../state/store';

/** Where a menu opens, in pixels of the window. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

const queueMenu: readonly (readonly ActionId[])[] = [
  ['run-selected', 'resume-selected', 'pause-selected', 'cancel-selected'],
  ['retry-failed', 'duplicate-selected', 'edit-selected'],
  ['move-first', 'move-up', 'move-down', 'move-last', 'priority-up', 'priority-down'],
  ['select-all', 'remove-selected'],
];

interface ContextMenuProps {
  readonly place: MenuPlace | null;
  readonly onClose: () => void;
  /** What is offered; what can be done with jobs of the queue when left out. */
  readonly groups?: readonly (readonly ActionId[])[];
  readonly label?: string;
}

/** What can be done with what is selected, where the person has asked for it. */
export function ContextMenu({
  place,
  onClose,
  groups = queueMenu,
  label = 'Actions for the selected jobs',
}: ContextMenuProps) {
  return (
    <Menu
      opened={place !== null}
      onClose={onClose}
      position="bottom-start"
      width={250}
      withinPortal
      // Beside the pointer when there is no room below it: it never leaves the window.
      middlewares={{ flip: { fallbackPlacements: ['top-start', 'right', 'left'] }, shift: { padding: 8 } }}
    >
      <Menu.Target>
        <div
          aria-hidden="true"
          style={{
            position: 'fixed',
            left: place?.x ?? 0,
            top: place?.y ?? 0,
            width: 1,
            height: 1,
            pointerEvents: 'none',
          }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={label}>{place !== null && <Items groups={groups} />}</Menu.Dropdown>
    </Menu>
  );
}

function Items({ groups }: { readonly groups: readonly (readonly ActionId[])[] }) {
  // What could be done when the menu was opened: lines do not come and go under the pointer.
  const state = useWindow.getState();
  const shown = groups
    .map((group) => group.filter((id) => actionOf(id).isEnabled(state)))
    .filter((group) => group.length);
  return shown.map((group, index) => (
    <div key={group[0]}>
      {index > 0 && <Menu.Divider />}
      {group.map((id) => (
        <Menu.Item key={id} rightSection={hintOf(id) === '' ? null : hintOf(id)} onClick={() => void perform(id)}>
          {actionTexts[id].title}
        </Menu.Item>
      ))}
    </div>
  ));
}
