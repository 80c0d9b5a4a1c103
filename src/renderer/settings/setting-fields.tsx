import { NativeSelect, Switch, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { SettingName, Settings } from '../../shared/settings';
import classes from './settings.module.css';
import { setSetting, useSettings } from './settings-store';

type NameOf<Value> = { [Name in SettingName]: Settings[Name] extends Value ? Name : never }[SettingName];

interface Labels {
  readonly label: string;
  readonly description?: string;
}

/** A line of the page: what is set, and where. */
function Line({ label, description, children }: Labels & { readonly children: ReactNode }) {
  return (
    <div className={classes.line}>
      <div className={classes.what}>
        <span className={classes.label}>{label}</span>
        {description !== undefined && <span className={classes.description}>{description}</span>}
      </div>
      <div className={classes.control}>{children}</div>
    </div>
  );
}

/** A setting that is written; it is taken when the field is left, or on Enter. */
export function WrittenSetting({
  name,
  label,
  description,
  placeholder,
  button,
}: Labels & {
  readonly name: NameOf<string | number | null>;
  readonly placeholder: string;
  readonly button?: ReactNode;
}) {
  const taken = useSettings(({ start }) => start?.settings[name] ?? null);
  const wrong = useSettings((state) => state.wrong[name] ?? null);
  const known = taken === null ? '' : String(taken);
  // What is being written; null when the field shows what is set.
  const [typed, setTyped] = useState<string | null>(null);
  const leave = (): void => {
    if (typed !== null && (typed !== known || wrong !== null)) void setSetting(name, typed).then(() => setTyped(null));
    else setTyped(null);
  };
  return (
    <Line label={label} {...(description !== undefined && { description })}>
      <TextInput
        size="xs"
        aria-label={label}
        value={typed ?? wrong?.typed ?? known}
        error={wrong?.problem}
        placeholder={placeholder}
        rightSection={button}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key === 'Enter') leave();
        }}
      />
    </Line>
  );
}

/** A setting that is on or off. */
export function SwitchSetting({ name, label, description }: Labels & { readonly name: NameOf<boolean> }) {
  const on = useSettings(({ start }) => start?.settings[name] ?? false);
  return (
    <Line label={label} {...(description !== undefined && { description })}>
      <Switch
        size="sm"
        aria-label={label}
        checked={on}
        onChange={(event) => void setSetting(name, event.currentTarget.checked)}
      />
    </Line>
  );
}

/** One of a few. */
export function ChosenSetting({
  name,
  label,
  description,
  options,
}: Labels & {
  readonly name: 'theme';
  readonly options: readonly (readonly [value: string, text: string])[];
}) {
  const value = useSettings(({ start }) => start?.settings[name] ?? '');
  return (
    <Line label={label} {...(description !== undefined && { description })}>
      <NativeSelect
        size="xs"
        aria-label={label}
        value={value}
        data={options.map(([option, text]) => ({ value: option, label: text }))}
        onChange={(event) => void setSetting(name, event.currentTarget.value)}
      />
    </Line>
  );
}
