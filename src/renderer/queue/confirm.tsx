import { Button, Group, Modal } from '@mantine/core';
import { create } from 'zustand';

/** A question that must be answered before something is lost. */
interface Question {
  readonly title: string;
  readonly text: string;
  /** What the person agrees to, on the button. */
  readonly agree: string;
  readonly then: () => Promise<void> | void;
}

const useQuestion = create<{ readonly question: Question | null }>()(() => ({ question: null }));

/** Asks before something is done that cannot be undone. */
export const confirm = (question: Question): void => useQuestion.setState({ question });

/** The question that is open now, if any. */
export function ConfirmDialog() {
  const question = useQuestion((state) => state.question);
  const close = (): void => useQuestion.setState({ question: null });
  return (
    <Modal opened={question !== null} onClose={close} title={question?.title}>
      <p>{question?.text}</p>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button size="xs" variant="default" onClick={close} data-autofocus>
          Keep
        </Button>
        <Button
          size="xs"
          color="red"
          onClick={() => {
            close();
            void question?.then();
          }}
        >
          {question?.agree}
        </Button>
      </Group>
    </Modal>
  );
}
