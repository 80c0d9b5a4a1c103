import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { DataFolder, DataFolderAnswer } from '../../shared/ipc-desktop';
import { openPlace } from '../actions/view-actions';
import { bridge } from '../bridge';
import { Group } from './group';
import classes from './settings.module.css';

/** Where queue and history lie. It can be changed for the next start only: this one has them open. */
export function DataFolderSetting() {
  const [data, setData] = useState<DataFolder | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isShown = true;
    void bridge.getDataFolder().then((known) => {
      if (isShown) setData(known);
    });
    return () => {
      isShown = false;
    };
  }, []);
  if (data === null) return null;
  const take = async (asked: Promise<DataFolderAnswer>): Promise<void> => {
    const answer = await asked;
    setData(answer.data);
    setProblem(answer.problem);
  };
  const { folder, next, usual, isGiven } = data;
  return (
    <Group title="Data folder">
      <div className={classes.line}>
        <div className={classes.what}>
          <span className={`${classes.folder} mono`} data-testid="data-folder">
            {folder}
          </span>
          <span className={classes.description}>
            {isGiven
              ? 'Queue, history and results. It was named when Procession was started (PROCESSION_DATA), so it is not chosen here.'
              : 'Queue, history and results, of the window and of the command line.'}
          </span>
        </div>
        <div className={classes.buttons}>
          <Button
            size="compact-xs"
            variant="default"
            aria-label="Open the data folder"
            onClick={() => void openPlace('data')}
          >
            Open
          </Button>
          {!isGiven && (
            <Button size="compact-xs" variant="default" onClick={() => void take(bridge.chooseDataFolder())}>
              Change…
            </Button>
          )}
          {!isGiven && (next ?? folder) !== usual && (
            <Button size="compact-xs" variant="default" onClick={() => void take(bridge.resetDataFolder())}>
              Usual place
            </Button>
          )}
        </div>
      </div>
      {problem !== null && (
        <p className={classes.problem} role="alert">
          {problem} Nothing has changed.
        </p>
      )}
      {next !== null && (
        <div className={`${classes.line} tone-accent`} role="status">
          <div className={classes.what}>
            <span>
              From the next start on: <span className={`${classes.folder} mono`}>{next}</span>
            </span>
            <span className={classes.description}>
              What is in the folder of now stays there: copy it if you want to keep the history.
            </span>
          </div>
          <div className={classes.buttons}>
            <Button size="compact-xs" onClick={() => void bridge.restart()}>
              Restart now
            </Button>
          </div>
        </div>
      )}
    </Group>
  );
}
