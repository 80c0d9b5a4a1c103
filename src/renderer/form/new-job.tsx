import { Button, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconClipboard,
  IconDeviceFloppy,
  IconEraser,
  IconPlayerPlayFilled,
} from '@tabler/icons-react';
import { type KeyboardEvent, useEffect } from 'react';
import { showShortcut } from '../actions/shortcuts';
import { bridge } from '../bridge';
import { revealOpened } from '../state/actions';
import classes from './form.module.css';
import { bringBack, checkNow, clearForm, keepDraft, loadForm, submit, useForm } from './form-store';
import { PresetMenu } from './presets';
import { RangeSection } from './range-section';
import { FailureSection, NameSection, OutputSection, ShareSection } from './settings-sections';
import { WorkSection } from './work-section';

/** The New Job form: what a job file says, in fields. */
export function NewJob() {
  const ready = useForm((state) => state.start !== null);
  useEffect(() => {
    void loadForm();
    window.addEventListener('pagehide', keepDraft);
    return () => window.removeEventListener('pagehide', keepDraft);
  }, []);
  if (!ready) return null;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    void submit(!event.shiftKey);
  };
  return (
    <section className={classes.page} aria-label="New job" data-form onKeyDown={onKeyDown}>
      <Heading />
      <div className={classes.body}>
        <form className={classes.form} onSubmit={(event) => event.preventDefault()}>
          <WorkSection />
          <RangeSection />
          <NameSection />
          <ShareSection />
          <FailureSection />
          <OutputSection />
        </form>
        <JobFile />
      </div>
    </section>
  );
}

function Heading() {
  const message = useForm((state) => state.message);
  const earlier = useForm((state) => state.earlier !== null);
  const failed = useForm((state) => state.showsAll && (state.check?.problems.length ?? 0) > 0);
  // What is about no field stands here.
  const general = useForm((state) => state.check?.problems.find(({ field }) => field === '')?.message ?? null);
  return (
    <div className={classes.heading}>
      <div className={classes.names}>
        <h2 className={classes.title}>New job</h2>
        <span className={failed ? classes.bad : classes.dim} role="status">
          {message || (failed ? 'Some fields have mistakes.' : 'What you type is kept until you clear it.')}
        </span>
        {failed && general !== null && <span className={classes.bad}>{general}</span>}
      </div>
      <div className={classes.buttons}>
        {earlier && (
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            leftSection={<IconArrowBackUp size={16} stroke={1.7} />}
            onClick={bringBack}
          >
            Bring back
          </Button>
        )}
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          leftSection={<IconEraser size={16} stroke={1.7} />}
          onClick={clearForm}
        >
          Clear
        </Button>
        <PresetMenu />
        <Tooltip label={showShortcut('Mod+Shift+Enter')}>
          <Button size="xs" variant="default" onClick={() => void submit(false)}>
            Add to queue
          </Button>
        </Tooltip>
        <Tooltip label={showShortcut('Mod+Enter')}>
          <Button size="xs" leftSection={<IconPlayerPlayFilled size={15} />} onClick={() => void submit(true)}>
            Add and run
          </Button>
        </Tooltip>
      </div>
    </div>
  );
}

/** The same as a job file. */
function JobFile() {
  const yaml = useForm((state) => state.check?.yaml ?? '');
  return (
    <aside className={classes.file} aria-label="As a job file">
      <div className={classes.fileHead}>
        <h3 className={classes.sectionTitle}>As a job file</h3>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconClipboard size={14} stroke={1.7} />}
          onClick={() => void copyJobFile()}
        >
          Copy as job file
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconDeviceFloppy size={14} stroke={1.7} />}
          onClick={() => void revealOpened(bridge.saveDraft(useForm.getState().draft))}
        >
          Save…
        </Button>
      </div>
      <pre className={`${classes.yaml} mono`} tabIndex={0} data-testid="job-file">
        {yaml}
      </pre>
    </aside>
  );
}

/** What is on the clipboard afterwards is what is in the form now, not what was last checked. */
async function copyJobFile(): Promise<void> {
  await checkNow();
  await bridge.copyText(useForm.getState().check?.yaml ?? '');
  useForm.setState({ message: 'The job file is on the clipboard.' });
}
