import { notifications } from '@mantine/notifications';
import classes from './notices.module.css';

/** Tells something in a corner of the window; it goes by itself, what is bad after a longer while. */
export function say(message: string, tone: 'plain' | 'bad' = 'plain', title?: string): void {
  notifications.show({
    message,
    ...(title !== undefined && { title }),
    color: tone === 'bad' ? 'red' : 'indigo',
    autoClose: tone === 'bad' ? 15_000 : 5000,
    withBorder: true,
    // Several lines are what a terminal would show: a caret has to stand under its place.
    classNames: { description: `${classes.text} ${message.includes('\n') ? classes.code : ''}` },
    closeButtonProps: { 'aria-label': 'Close' },
    role: tone === 'bad' ? 'alert' : 'status',
  });
}
