import { ActionIcon, Autocomplete, NativeSelect, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { DraftField } from '../../shared/job-draft';
import classes from './form.module.css';
import { problemOf, setField, useForm } from './form-store';

/** What each field of the form needs to be told. */
export interface FieldProps {
  readonly name: DraftField;
  readonly label: string;
  /** Stands in the empty field: what is taken then, or an example. */
  readonly placeholder?: string;
  /** Stands at the end of the field: a unit, or a button. */
  readonly unit?: ReactNode;
  /** Name in a job file, whose documentation explains the field. */
  readonly help?: string | undefined;
  readonly description?: string;
}

const useField = (name: DraftField) => {
  const value = useForm((state) => state.draft.fields[name]);
  const problem = useForm((state) => problemOf(state, name));
  return { value, error: problem, 'data-field': name, spellCheck: false, autoComplete: 'off' };
};

/** A line to write in. */
export function TextField({ name, label, placeholder, unit, help, description }: FieldProps) {
  const field = useField(name);
  return (
    <Helped label={label} help={help}>
      <TextInput
        {...field}
        size="xs"
        label={label}
        description={description}
        placeholder={placeholder}
        rightSection={typeof unit === 'string' ? <Unit text={unit} /> : unit}
        rightSectionWidth={typeof unit === 'string' ? 'auto' : undefined}
        rightSectionPointerEvents={typeof unit === 'string' ? 'none' : 'all'}
        onChange={(event) => setField(name, event.currentTarget.value)}
      />
    </Helped>
  );
}

/** Several lines to write in. */
export function LinesField({ name, label, placeholder, help, description, rows = 2 }: FieldProps & { rows?: number }) {
  const field = useField(name);
  return (
    <Helped label={label} help={help}>
      <Textarea
        {...field}
        size="xs"
        autosize
        minRows={rows}
        maxRows={10}
        classNames={{ input: classes.mono ?? '' }}
        label={label}
        description={description}
        placeholder={placeholder}
        onChange={(event) => setField(name, event.currentTarget.value)}
      />
    </Helped>
  );
}

/** One of a few values. */
export function ChoiceField({
  name,
  label,
  help,
  options,
}: FieldProps & { readonly options: readonly (readonly [value: string, text: string])[] }) {
  const field = useField(name);
  return (
    <Helped label={label} help={help}>
      <NativeSelect
        {...field}
        size="xs"
        label={label}
        data={options.map(([value, text]) => ({ value, label: text }))}
        onChange={(event) => setField(name, event.currentTarget.value)}
      />
    </Helped>
  );
}

/** A line to write in, with suggestions. */
export function SuggestField({
  name,
  label,
  placeholder,
  help,
  options,
}: FieldProps & { readonly options: readonly string[] }) {
  const field = useField(name);
  return (
    <Helped label={label} help={help}>
      <Autocomplete
        {...field}
        size="xs"
        label={label}
        placeholder={placeholder}
        data={[...options]}
        comboboxProps={{ transitionProps: { duration: 0 } }}
        onChange={(text) => setField(name, text)}
      />
    </Helped>
  );
}

/** A field, and at its corner a sign behind which stands what the documentation says of it. */
function Helped({ label, help, children }: Pick<FieldProps, 'label' | 'help'> & { readonly children: ReactNode }) {
  const text = useForm((state) => (help === undefined ? undefined : state.start?.help[help]));
  if (text === undefined) return children;
  return (
    <div className={classes.helped}>
      {children}
      <Tooltip label={text.replaceAll('`', '')} multiline w={320} events={{ hover: true, focus: true, touch: true }}>
        <ActionIcon className={classes.help} size={18} variant="transparent" c="dimmed" aria-label={`About ${label}`}>
          <IconInfoCircle size={14} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

export const Unit = ({ text }: { readonly text: string }) => <span className={classes.unit}>{text}</span>;
