import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { type ReactNode, useEffect, useId } from 'react';
import { formatDate } from '../lib/format';
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
          placeholder={`${start.processors} (all)`}
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
      <p className={classes.note}>
        These settings, the draft of the form and its presets lie in <span className="mono">{start.dataFolder}</span>.
      </p>
    </section>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.group} aria-labelledby={id}>
      <h3 id={id} className={classes.groupTitle}>
        {title}
      </h3>
      <div className={classes.card}>{children}</div>
    </section>
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
