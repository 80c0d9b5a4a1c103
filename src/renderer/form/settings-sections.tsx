import { chooseFor } from './choose';
import { ChoiceField, LinesField, TextField } from './fields';
import classes from './form.module.css';
import { useForm } from './form-store';
import { Section } from './section';
import { Browse } from './work-section';

/** What the job is called, and where its paths begin. */
export function NameSection() {
  const folder = useForm((state) => state.start?.defaultFolder) ?? '';
  const id = useForm((state) => /([^/\\]+)\.yaml$/.exec(state.check?.path ?? '')?.[1] ?? '');
  return (
    <Section title="Name and folder">
      <div className={classes.pair}>
        <TextField name="label" label="Name" help="label" placeholder={id} />
        <TextField
          name="folder"
          label="Folder that paths are relative to"
          placeholder={folder}
          unit={<Browse label="Choose the folder" onClick={() => void chooseFor('folder', 'folder')} />}
        />
      </div>
    </Section>
  );
}

/** How the work is shared out. */
export function ShareSection() {
  const kind = useForm((state) => state.draft.kind);
  const schedule = useForm((state) => state.draft.fields.schedule);
  const perProcess = kind === 'builtin' || kind === 'target';
  const usual = perProcess ? 'static' : 'dynamic';
  return (
    <Section title="Processes">
      <div className={classes.grid}>
        <TextField name="numProcs" label="Processes" help="numProcs" placeholder="auto" />
        <ChoiceField
          name="schedule"
          label="Schedule"
          help="schedule"
          options={[
            ['', `${usual} (default)`],
            ['static', 'static'],
            ['dynamic', 'dynamic'],
            ['guided', 'guided'],
          ]}
        />
        {(schedule === 'dynamic' || schedule === 'guided') && (
          <TextField
            name="chunk"
            label={schedule === 'guided' ? 'Smallest chunk' : 'Chunk'}
            placeholder="auto"
            unit="items"
          />
        )}
        <TextField name="priority" label="Priority" help="priority" placeholder="0" />
        {kind !== 'run' && (
          <>
            <TextField name="memory" label="Memory per process" help="memory" placeholder="no limit, or 2GiB" />
            <TextField
              name="recycleAfter"
              label="Fresh process after"
              help="recycleAfter"
              placeholder="never"
              unit={kind === 'map' ? 'items' : 'runs'}
            />
          </>
        )}
      </div>
    </Section>
  );
}

/** What happens when something fails or takes too long. */
export function FailureSection() {
  const perItem = useForm((state) => state.draft.kind === 'map' || state.draft.kind === 'run');
  const retries = useForm((state) => state.draft.fields.retries.trim());
  const onFailure = useForm((state) => state.draft.fields.onFailure);
  return (
    <Section title="Failures and time limits">
      <div className={classes.grid}>
        <TextField
          name="timeout"
          label={perItem ? 'Time limit of an item' : 'Time limit of an attempt'}
          help="timeout"
          placeholder="none, or 90s, 10m"
        />
        <TextField name="jobTimeout" label="Time limit of the job" help="jobTimeout" placeholder="none, or 2h" />
        <TextField name="retries" label="Retries" help="retries" placeholder="0" unit={perItem ? 'per item' : ''} />
        {retries !== '' && retries !== '0' && (
          <>
            <TextField name="delay" label="Pause before a retry" placeholder="none, or 1s" />
            <ChoiceField
              name="backoff"
              label="Pauses grow"
              options={[
                ['', 'not at all (default)'],
                ['linear', 'linear'],
                ['exponential', 'exponential'],
              ]}
            />
            <TextField name="maxDelay" label="Longest pause" placeholder="1m" />
            <TextField name="jitter" label="Left to chance" placeholder="0" unit="0 to 1" />
            <TextField name="retryOn" label="Retry after" placeholder="crash, timeout, error" />
          </>
        )}
        {perItem && (
          <ChoiceField
            name="onFailure"
            label="When an item has failed"
            help="onFailure"
            options={[
              ['', 'go on (default)'],
              ['stop', 'finish what runs, then stop'],
              ['abort', 'stop at once'],
            ]}
          />
        )}
        {perItem && (onFailure === 'stop' || onFailure === 'abort') && (
          <TextField name="failAfter" label="After so many failures" placeholder="1, or 3%" />
        )}
      </div>
    </Section>
  );
}

/** Where results go, and whatever has no field of its own. */
export function OutputSection() {
  const isCommand = useForm((state) => state.draft.kind === 'run');
  return (
    <Section title="Output and more">
      <div className={classes.grid}>
        <TextField name="output" label="Output file" help="output" placeholder="none, or out/result.json" />
        <ChoiceField
          name="format"
          label="Format"
          options={[
            ['', 'by its ending (default)'],
            ...['json', 'ndjson', 'csv', 'npy', 'png'].map((format) => [format, format] as const),
          ]}
        />
        {isCommand && <TextField name="cwd" label="Working folder" help="cwd" placeholder="the folder above" />}
      </div>
      <LinesField
        name="more"
        label="Other fields of a job, as YAML"
        rows={2}
        placeholder={'env: { LANG: C }\nmatrix: { size: [100, 200] }'}
        description="env, matrix, partitionArgs and the like, as in a job file."
      />
    </Section>
  );
}
