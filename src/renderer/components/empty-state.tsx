import { Button } from '@mantine/core';
import { actionTexts } from '../../shared/actions';
import { perform } from '../actions/registry';
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
        <Button size="sm" onClick={() => void perform('open-examples')}>
          Open the examples
        </Button>
        <Button size="sm" variant="default" onClick={() => void perform('open-file')}>
          {actionTexts['open-file'].title}
        </Button>
      </div>
    </div>
  );
}
