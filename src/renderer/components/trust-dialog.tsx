import { Button, Group, Modal } from '@mantine/core';
import { acceptTrust, openQuestions, refuseTrust } from '../state/actions';
import { useWindow } from '../state/store';
import classes from './trust-dialog.module.css';

/** Asks before code from a folder runs for the first time, or after it has changed, and shows which. */
export function TrustDialog() {
  const questions = useWindow(openQuestions);
  return (
    <Modal
      opened={questions.length > 0}
      onClose={() => void refuseTrust()}
      title="Run code from this folder?"
      size="lg"
    >
      <p>
        These functions will run with your rights: they can read, change and send whatever you can. Run them only if you
        trust where they come from. You are asked again when they change.
      </p>
      {questions.map((question) => (
        <div key={question.ticket} className={classes.folder}>
          <span className={classes.path}>{question.folder}</span>
          {question.isChanged && <p className={classes.changed}>New or changed since you agreed to this folder:</p>}
          <ul className={`${classes.targets} mono`}>
            {question.targets.map((target) => (
              <li key={target}>{target}</li>
            ))}
          </ul>
        </div>
      ))}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button size="xs" variant="default" onClick={() => void refuseTrust()} data-autofocus>
          Do not run
        </Button>
        <Button size="xs" onClick={() => void acceptTrust()}>
          Trust and run
        </Button>
      </Group>
    </Modal>
  );
}
