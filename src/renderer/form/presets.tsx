import { ActionIcon, Button, Popover, TextInput, UnstyledButton } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './form.module.css';
import { deletePreset, replaceDraft, savePreset, useForm } from './form-store';

/** Drafts that were kept under a name. */
export function PresetMenu() {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" radius="md" trapFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconBookmark size={16} stroke={1.7} />}
          onClick={() => setOpened(!opened)}
        >
          Presets
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" w={300} aria-label="Presets">
        <Presets onDone={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Presets({ onDone }: { readonly onDone: () => void }) {
  const presets = useForm((state) => state.presets);
  const [name, setName] = useState('');
  const isKnown = presets.some((preset) => preset.name === name.trim());
  return (
    <div className={classes.presets}>
      {presets.length === 0 ? (
        <p className={classes.note}>Save what is in the form under a name, to begin with it again.</p>
      ) : (
        <ul className={classes.presetList}>
          {presets.map((preset) => (
            <li key={preset.name} className={classes.preset}>
              <UnstyledButton
                className={classes.presetName}
                onClick={() => {
                  replaceDraft(preset.draft, `Preset “${preset.name}”.`);
                  onDone();
                }}
              >
                {preset.name}
              </UnstyledButton>
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={`Delete preset ${preset.name}`}
                title="Delete this preset"
                onClick={() => void deletePreset(preset.name)}
              >
                <IconTrash size={14} stroke={1.7} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <form
        className={classes.row}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === '') return;
          void savePreset(name.trim());
          onDone();
        }}
      >
        <TextInput
          size="xs"
          className={classes.grow}
          aria-label="Name of the preset"
          placeholder="Name"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" variant="light" disabled={name.trim() === ''}>
          {isKnown ? 'Replace' : 'Save'}
        </Button>
      </form>
    </div>
  );
}
