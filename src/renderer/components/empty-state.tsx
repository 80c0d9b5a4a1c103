import { Button } from '@mantine/core';
import {
  IconChartHistogram,
  IconFolderOpen,
  IconGridDots,
  IconNumbers,
  IconPhoto,
  IconPlayerPlayFilled,
  IconPlus,
  IconWaveSine,
  type TablerIcon,
} from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { actionTexts } from '../../shared/actions';
import type { Example } from '../../shared/ipc-desktop';
import { onPress } from '../actions/press';
import { hintOf } from '../actions/shortcuts';
import { bridge } from '../bridge';
import { formatPlural } from '../lib/format';
import { runExample } from '../state/actions';
import { say } from '../state/notices';
import classes from './empty-state.module.css';
import { Logo } from './logo';

/** What an empty queue shows: where jobs come from, and examples to begin with. */
export function EmptyState() {
  return (
    <section className={classes.page} aria-label="Begin">
      <div className={classes.empty}>
        <Logo size={44} />
        <h2 className={classes.title}>The queue is empty</h2>
        <p className={classes.text}>
          A job runs one function, or one command, over a range of indices on every core. Make one in the form, open a
          job file, or drop one anywhere on this window.
        </p>
        <div className={classes.buttons}>
          <Button size="sm" leftSection={<IconPlus size={16} stroke={1.9} />} onClick={onPress('new-job')}>
            {actionTexts['new-job'].title}
          </Button>
          <Button
            size="sm"
            variant="default"
            leftSection={<IconFolderOpen size={16} stroke={1.7} />}
            onClick={onPress('open-file')}
          >
            {actionTexts['open-file'].title}
          </Button>
        </div>
        <Examples />
        <p className={classes.hint}>
          <kbd>{hintOf('palette')}</kbd> finds every command by its name, <kbd>?</kbd> shows all keys.
        </p>
      </div>
    </section>
  );
}

/** The examples, each with what it shows and a button that runs it. */
function Examples() {
  const [examples, setExamples] = useState<readonly Example[]>([]);
  useEffect(() => {
    let isShown = true;
    void bridge.getExamples().then((known) => {
      if (isShown) setExamples(known);
    });
    return () => {
      isShown = false;
    };
  }, []);
  if (examples.length === 0) return null;
  return (
    <>
      <div className={classes.head}>
        <h3 className={classes.subtitle}>Or begin with an example</h3>
        <Button size="compact-xs" variant="subtle" onClick={onPress('open-examples')}>
          {actionTexts['open-examples'].title}
        </Button>
      </div>
      <ul className={classes.cards}>
        {examples.map((example) => (
          <Card key={example.name} example={example} />
        ))}
      </ul>
    </>
  );
}

function Card({ example: { name, title, text, items } }: { readonly example: Example }) {
  const [isStarting, setStarting] = useState(false);
  const Icon = icons[name] ?? IconGridDots;
  const run = async (): Promise<void> => {
    setStarting(true);
    try {
      await runExample(name);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error), 'bad', `${title} did not start`);
      setStarting(false);
    }
  };
  return (
    <li className={classes.card} data-testid="example">
      <span className={classes.icon}>
        <Icon size={22} stroke={1.6} aria-hidden="true" />
      </span>
      <div className={classes.words}>
        <h4 className={classes.name}>{title}</h4>
        <p className={classes.about}>{text}</p>
        <p className={`${classes.size} num`}>{formatPlural(items, 'item')}</p>
      </div>
      <Button
        size="compact-sm"
        variant="light"
        className={classes.run}
        leftSection={<IconPlayerPlayFilled size={13} />}
        disabled={isStarting}
        aria-label={`Run ${title}`}
        onClick={() => void run()}
      >
        Run
      </Button>
    </li>
  );
}

/** What each example that is known shows, as a sign. */
const icons: Readonly<Partial<Record<string, TablerIcon>>> = {
  'brain-histogram.yaml': IconChartHistogram,
  'heat.yaml': IconWaveSine,
  'mandelbrot.yaml': IconPhoto,
  'primes.yaml': IconNumbers,
};
