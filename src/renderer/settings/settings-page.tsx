import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useEffect } from 'react';
import { openPlace } from '../actions/view-actions';
import { formatDate } from '../lib/format';
import { DataFolderSetting } from './data-folder-setting';
import { Group } from './group';
import { ChosenSetting, SwitchSetting, WrittenSetting } from './setting-fields';
import classes from './settings.module.css';
import { chooseJobFolder, forgetTrust, loadSettings, useSettings } from './settings-store';

/** Everything that can be set. Each setting acts as soon as it is changed. */
export function SettingsPage() {
  const start = useSettings((state) => state.start);
  useEffect(() => void loadSettings(), []);
  if (start === null) return null;
  return (
    <section className={classes.page} aria-label="Settings">
      <h2 className={classes.title}>Settings</h2>
      <p className={classes.note}>Each acts at once, also on what runs.</p>
      <Group title="Processes">
        <WrittenSetting
          name="processes"
          label="Number of processes"
          description={`At most ${start.processors}, one for each processor.`}
          placeholder={start.settings.keepCoreFree ? 'all but one' : `${start.processors} (all)`}
        />
        <SwitchSetting
          name="keepCoreFree"
          label="Keep one processor free"
          description="For whatever else you do meanwhile. On a machine with only one it changes nothing."
        />
        <WrittenSetting
          name="memory"
          label="Memory of a process"
          description="For jobs that say nothing themselves, from the next one that starts."
          placeholder="no limit, or 2GiB"
        />
        <WrittenSetting
          name="idleTimeout"
          label="Idle processes end after"
          description="They start again when a job needs them."
          placeholder="never, or 10m"
        />
        <SwitchSetting
          name="keepAwake"
          label="Keep the machine awake while jobs run"
          description="The screen may still go dark."
        />
        <SwitchSetting
          name="pauseOnBattery"
          label="Pause while the machine runs on its battery"
          description="Nothing begins, and jobs that work item by item are paused. They continue when it is plugged in."
        />
      </Group>
      <Group title="Appearance">
        <ChosenSetting
          name="theme"
          label="Theme"
          options={[
            ['system', 'As the system'],
            ['light', 'Light'],
            ['dark', 'Dark'],
          ]}
        />
      </Group>
      <TraySettings />
      <Group title="While the window is not in front">
        <SwitchSetting
          name="notifications"
          label="Notifications"
          description="One when the queue is done, one when something fails."
        />
      </Group>
      <Group title="Jobs and history">
        <WrittenSetting
          name="jobFolder"
          label="Folder of new jobs"
          description="Where paths of the New Job form begin, and so where outputs go."
          placeholder={start.defaultJobFolder}
          button={
            <Tooltip label="Choose the folder">
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label="Choose the folder"
                onClick={() => void chooseJobFolder()}
              >
                <IconFolderOpen size={16} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
          }
        />
        <WrittenSetting
          name="historyDays"
          label="Remove ended runs from the history after"
          description="In days."
          placeholder="never"
        />
      </Group>
      <Trusted />
      <DataFolderSetting />
      <p className={classes.note}>
        These settings, the draft of the form and its presets lie in <span className="mono">{start.dataFolder}</span>.{' '}
        <Button size="compact-xs" variant="subtle" onClick={() => void openPlace('settings')}>
          Open
        </Button>
      </p>
    </section>
  );
}

/** The icon in the tray, where the desktop has a place for it. */
function TraySettings() {
  const hasTray = useSettings(({ start }) => start?.hasTray ?? false);
  const hasIcon = useSettings(({ start }) => start?.settings.trayIcon ?? false);
  return (
    <Group title="Tray">
      {!hasTray && (
        <p className={classes.empty}>
          This desktop has no tray that an icon could be in, so these two do nothing now. GNOME gets one with the
          extension “AppIndicator and KStatusNotifierItem Support”.
        </p>
      )}
      <SwitchSetting
        name="trayIcon"
        label="Icon in the tray"
        description="Tells how the queue stands, and pauses it."
      />
      <SwitchSetting
        name="keepInTray"
        label="Keep running in the tray when the window is closed"
        description={
          hasTray && hasIcon
            ? 'Otherwise Procession ends with its window, and asks first while something runs.'
            : 'It needs the icon. Without it Procession ends with its window, and asks first while something runs.'
        }
      />
    </Group>
  );
}

/** Folders whose code may run, until it changes. */
function Trusted() {
  const trusted = useSettings(({ start }) => start?.trusted) ?? [];
  return (
    <Group title="Trusted folders">
      {trusted.length === 0 ? (
        <p className={classes.empty}>
          None yet. You are asked before code of a folder runs for the first time, and again when it has changed.
        </p>
      ) : (
        trusted.map(({ folder, agreedAt }) => (
          <div key={folder} className={classes.line}>
            <div className={classes.what}>
              <span className={`${classes.folder} mono`}>{folder}</span>
              <span className={`${classes.description} num`}>{formatDate(agreedAt)}</span>
            </div>
            <Button
              size="compact-xs"
              variant="subtle"
              color="red"
              aria-label={`Forget ${folder}`}
              onClick={() => void forgetTrust(folder)}
            >
              Forget
            </Button>
          </div>
        ))
      )}
    </Group>
  );
}
