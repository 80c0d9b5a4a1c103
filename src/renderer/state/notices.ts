import { notifications } from '@mantine/notifications';

/** Tells something in a corner of the window; it goes by itself, what is bad after a longer while. */
export function say(message: string, tone: 'plain' | 'bad' = 'plain', title?: string): void {
  notifications.show({
    message,
    ...(title !== undefined && { title }),
    color: tone === 'bad' ? 'red' : 'indigo',
    autoClose: tone === 'bad' ? 15_000 : 5000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Close' },
    role: tone === 'bad' ? 'alert' : 'status',
  });
}
