import { useLocalStorage } from '@mantine/hooks';
import { useLayoutEffect, useState } from 'react';
import { Splitter } from './splitter';

/** Narrowest list of jobs, and what has to be left beside it, in pixels. */
const least = { queue: 240, main: 560 } as const;

/** As wide as the list is by itself. */
const usual = (room: number): number => Math.round(Math.max(264, Math.min(372, room * 0.25)));

/** The bar between the list of jobs and what is beside it. Where it stands outlives the app. */
export function QueueWidth() {
  const [chosen, setChosen] = useLocalStorage<number | null>({ key: 'queue-width', defaultValue: null });
  const [room, setRoom] = useState(() => window.innerWidth);
  useLayoutEffect(() => {
    const take = (): void => setRoom(window.innerWidth);
    window.addEventListener('resize', take);
    return () => window.removeEventListener('resize', take);
  }, []);
  const most = Math.max(least.queue, room - least.main);
  const width = Math.max(least.queue, Math.min(most, chosen ?? usual(room)));
  useLayoutEffect(() => {
    document.documentElement.style.setProperty('--queue-width', `${width}px`);
  }, [width]);
  return (
    <Splitter
      orientation="vertical"
      label="Width of the queue"
      value={width}
      min={least.queue}
      max={most}
      onChange={setChosen}
    />
  );
}
