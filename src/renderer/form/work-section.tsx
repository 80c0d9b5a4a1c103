import { ActionIcon, Button, NativeSelect, Switch, TextInput, Tooltip } from '@mantine/core';
import { IconFolderOpen, IconPlus, IconX } from '@tabler/icons-react';
import type { ArgField, DraftKind, TargetForm } from '../../shared/job-draft';
import { chooseFor } from './choose';
import { LinesField, SuggestField, TextField, Unit } from './fields';
import classes from './form.module.css';
import { chooseTarget, problemOf, setArgv, setBuiltinArg, setKind, useForm } from './form-store';
import { Section, Segments } from './section';

const kinds: readonly (readonly [DraftKind, string])[] = [
  ['builtin', 'Built-in target'],
  ['target', 'Function per process'],
  ['map', 'Function per item'],
  ['run', 'Command per item'],
];

/** What the job runs. */
export function WorkSection() {
  const kind = useForm((state) => state.draft.kind);
  return (
    <Section title="What runs">
      <Segments label="What runs" value={kind} options={kinds} onChange={setKind} />
      {kind === 'builtin' ? <Builtin /> : kind === 'run' ? <Command /> : <Module kind={kind} />}
    </Section>
  );
}

function Builtin() {
  const targets = useForm((state) => state.start?.targets) ?? [];
  const name = useForm((state) => state.draft.fields.builtin);
  const problem = useForm((state) => problemOf(state, 'builtin'));
  const target = targets.find((other) => other.name === name);
  return (
    <>
      <NativeSelect
        size="xs"
        label="Target"
        value={name}
        error={problem}
        description={target?.description}
        data={[
          ...targets.map((other) => ({ value: other.name, label: other.title })),
          ...(target === undefined ? [{ value: name, label: name }] : []),
        ]}
        onChange={(event) => chooseTarget(event.currentTarget.value)}
      />
      {target !== undefined && (
        <div className={classes.grid} role="group" aria-label="Arguments">
          {target.args.map((arg) => (
            <Argument key={arg.name} target={target} arg={arg} />
          ))}
        </div>
      )}
    </>
  );
}

function Argument({ target, arg }: { readonly target: TargetForm; readonly arg: ArgField }) {
  const name = `${target.name}.${arg.name}`;
  const value = useForm((state) => state.draft.builtinArgs[name] ?? '');
  const error = useForm((state) => problemOf(state, `builtinArgs.${arg.name}`));
  const common = { size: 'xs', label: arg.name, description: arg.description, error } as const;
  if (arg.type === 'boolean')
    return (
      <Switch
        {...common}
        checked={(value || arg.fallback) === 'true'}
        onChange={(event) => setBuiltinArg(name, String(event.currentTarget.checked))}
      />
    );
  if (arg.options.length > 0)
    return (
      <NativeSelect
        {...common}
        value={value}
        data={[{ value: '', label: `${arg.fallback} (default)` }, ...arg.options]}
        onChange={(event) => setBuiltinArg(name, event.currentTarget.value)}
      />
    );
  return (
    <TextInput
      {...common}
      value={value}
      placeholder={arg.fallback}
      inputMode={arg.type === 'integer' ? 'numeric' : arg.type === 'number' ? 'decimal' : 'text'}
      rightSection={arg.unit === null ? undefined : <Unit text={arg.unit} />}
      rightSectionWidth="auto"
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => setBuiltinArg(name, event.currentTarget.value)}
    />
  );
}

function Module({ kind }: { readonly kind: 'target' | 'map' }) {
  const exported = useForm((state) => state.check?.exports) ?? [];
  return (
    <>
      <div className={classes.pair}>
        <TextField
          name="module"
          label="Module"
          help={kind}
          placeholder="./work.mjs"
          unit={<Browse label="Choose the module" onClick={() => void chooseFor('module', 'module')} />}
        />
        <SuggestField name="exportName" label="Function" placeholder="its exported name" options={exported} />
      </div>
      <LinesField name="args" label="Arguments, as YAML" help="args" placeholder={'width: 1200\nnames: [a, b]'} />
    </>
  );
}

/** The program and its arguments, one a row: each reaches the program as it stands there, and no shell reads any. */
function Command() {
  const argv = useForm((state) => state.draft.argv);
  const put = (place: number, text: string): void =>
    setArgv(
      argv.map((argument, index) => (index === place ? text : argument)),
      place,
    );
  const add = (place: number): void => {
    setArgv([...argv.slice(0, place), '', ...argv.slice(place)], place);
    requestAnimationFrame(() => document.getElementById(`argv-${place}`)?.focus());
  };
  return (
    <div role="group" aria-label="Command" className={classes.rows}>
      {argv.map((argument, index) => (
        <div key={index} className={classes.row}>
          <ArgvField index={index} value={argument} onChange={put} onEnter={() => add(index + 1)} />
          <Tooltip label="Remove this row">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove argument ${index}`}
              disabled={index === 0}
              onClick={() =>
                setArgv(
                  argv.filter((_, other) => other !== index),
                  Math.max(0, index - 1),
                )
              }
            >
              <IconX size={15} />
            </ActionIcon>
          </Tooltip>
        </div>
      ))}
      <div>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => add(argv.length)}
        >
          Add argument
        </Button>
      </div>
      <p className={classes.note}>
        Each row reaches the program as it is; no shell reads it. <code>{'{item}'}</code>, <code>{'{index}'}</code>,{' '}
        <code>{'{stem}'}</code>, <code>{'{ext}'}</code>, <code>{'{row.name}'}</code> and <code>{'{out}'}</code> stand
        for parts of the item and for its output file.
      </p>
    </div>
  );
}

interface ArgvFieldProps {
  readonly index: number;
  readonly value: string;
  readonly onChange: (place: number, text: string) => void;
  readonly onEnter: () => void;
}

function ArgvField({ index, value, onChange, onEnter }: ArgvFieldProps) {
  const error = useForm((state) => problemOf(state, `argv.${index}`));
  return (
    <TextInput
      id={`argv-${index}`}
      size="xs"
      className={classes.grow}
      classNames={{ input: classes.mono ?? '' }}
      aria-label={index === 0 ? 'Program' : `Argument ${index}`}
      placeholder={index === 0 ? 'program' : index === 1 ? '{item}' : ''}
      value={value}
      error={error}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(index, event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        onEnter();
      }}
    />
  );
}

export const Browse = ({ label, onClick }: { readonly label: string; readonly onClick: () => void }) => (
  <Tooltip label={label}>
    <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} onClick={onClick}>
      <IconFolderOpen size={16} stroke={1.7} />
    </ActionIcon>
  </Tooltip>
);
