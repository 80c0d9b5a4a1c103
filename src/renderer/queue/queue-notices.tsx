import { Button, CloseButton } from '@mantine/core';
import { IconAlertTriangleFilled, IconInfoCircleFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { bridge } from '../bridge';
import { formatPlural } from '../lib/format';
import { useWindow } from '../state/store';
import classes from './queue-notices.module.css';

const tones = { info: 'accent', warning: 'warn', error: 'bad' } as const;

/** What a person has to know of the queue as a whole, above everything else. */
export function QueueNotices() {
  const notices = useWindow((state) => state.notices);
  return (
    <div className={classes.notices}>
      <Left />
      {notices.map(({ id, tone, title, text, canDismiss }) => (
        <Strip
          key={id}
          tone={tones[tone]}
          title={title}
          text={text}
          {...(canDismiss && { onClose: () => void bridge.dismissNotice(id) })}
        />
      ))}
    </div>
  );
}

/** What was left when Procession ended, and the offer to go on with it. */
function Left() {
  const { interrupted, waiting } = useWindow((state) => state.queue.left);
  if (interrupted + waiting === 0) return null;
  const parts = [
    ...(interrupted > 0 ? [`${formatPlural(interrupted, 'run')} cut off`] : []),
    ...(waiting > 0 ? [`${formatPlural(waiting, 'run')} still waiting`] : []),
  ];
  return (
    <Strip
      tone="accent"
      title="Left from the last time"
      text={`${parts.join(', ')}. What was done is kept.`}
      onClose={() => void bridge.keepLeft()}
    >
      <Button size="xs" onClick={() => void bridge.resumeLeft()}>
        Resume all
      </Button>
    </Strip>
  );
}

interface StripProps {
  readonly tone: 'accent' | 'warn' | 'bad';
  readonly title: string;
  readonly text: string;
  readonly onClose?: () => void;
  readonly children?: ReactNode;
}

function Strip({ tone, title, text, onClose, children }: StripProps) {
  const Icon = tone === 'accent' ? IconInfoCircleFilled : IconAlertTriangleFilled;
  return (
    <div
      className={`${classes.strip} tone-${tone}`}
      role={tone === 'bad' ? 'alert' : 'status'}
      aria-label={title}
      data-testid="notice"
    >
      <Icon size={17} className={classes.icon} aria-hidden="true" />
      <p className={classes.text}>
        <strong className={classes.title}>{title}.</strong> {text}
      </p>
      {children}
      {onClose !== undefined && <CloseButton size="sm" aria-label="Put away" onClick={onClose} />}
    </div>
  );
}
