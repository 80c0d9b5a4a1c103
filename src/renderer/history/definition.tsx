import { Button, SegmentedControl } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { HistoryRun } from '../../shared/ipc-history';
import { bridge } from '../bridge';
import classes from './run-detail.module.css';
import { Section } from './run-detail-parts';

/** What a run was to do: its job file as it was, and everything looked up. Read-only. */
export function Definition({ run }: { readonly run: HistoryRun }) {
  const [form, setForm] = useState<'source' | 'plan'>(run.source === '' ? 'plan' : 'source');
  const plan = useMemo(() => prettyPlan(run.plan), [run.plan]);
  const text = form === 'source' ? run.source : plan;
  if (run.isDefinitionLost)
    return (
      <Section title="Definition">
        <p className={classes.bad}>
          It has been damaged on the disk, so the run cannot be repeated. Run its job file anew.
        </p>
      </Section>
    );
  return (
    <Section
      title="Definition"
      tools={
        <>
          <SegmentedControl
            size="xs"
            aria-label="Form of the definition"
            data={[
              { value: 'source', label: 'Job file', disabled: run.source === '' },
              { value: 'plan', label: 'Plan' },
            ]}
            value={form}
            onChange={(value) => setForm(value === 'plan' ? 'plan' : 'source')}
          />
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<IconCopy size={14} stroke={1.7} />}
            disabled={text === ''}
            onClick={() => void bridge.copyText(text)}
          >
            Copy
          </Button>
        </>
      }
    >
      {text === '' ? (
        <p className={classes.dim}>It is too long to be shown here.</p>
      ) : (
        <pre
          className={`${classes.code} ${classes.definition} mono`}
          tabIndex={0}
          role="group"
          aria-label={form === 'source' ? 'Job file' : 'Plan'}
        >
          {text}
        </pre>
      )}
    </Section>
  );
}

function prettyPlan(plan: string | null): string {
  if (plan === null) return '';
  try {
    return JSON.stringify(JSON.parse(plan), null, 2);
  } catch {
    return plan;
  }
}
