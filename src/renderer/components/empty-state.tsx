import { Button } from '@mantine/core';
import { actions, openExamples, perform } from '../state/actions';
import classes from './empty-state.module.css';
import { Logo } from './logo';

/** What an empty queue shows: where jobs come from. */
export function EmptyState() {
  return (
    <div className={classes.empty}>
      <Logo size={48} />
      <h2 className={classes.title}>No jobs yet</h2>
      <p className={classes.text}>
        A job file says which function runs over which range. Open one of yours, or begin with the examples that came
        with the app.
      </p>
      <div className={classes.buttons}>
        <Button size="sm" onClick={() => void openExamples()}>
          Open the examples
        </Button>
        <Button size="sm" variant="default" onClick={() => void perform('open-file')}>
          {actions['open-file'].label}
        </Button>
      </div>
    </div>
  );
}
