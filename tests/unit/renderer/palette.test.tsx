import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { QueueOrder } from '../../../src/renderer/queue/queue-order';
import type { JobRow } from '../../../src/shared/ipc';
import { installBridge } from './fake-bridge';

const opened: string[] = [];
beforeAll(() =>
  installBridge({
    openFileDialog: async () => {
      opened.push('dialog');
      return null;
    },
  }),
);
afterEach(cleanup);

const row = (key: number, label: string): JobRow => ({
  key,
  fileKey: 1,
  id: `job-${key}`,
  kind: 'target',
  items: null,
  label,
  target: 'builtin:mandelbrot',
  state: 'ready',
  range: 10,
  progress: 0,
  ranks: 0,
  rate: null,
  startedAt: null,
  movedAt: null,
  endedAt: null,
  failure: null,
  role: 'job',
  scriptState: null,
  step: null,
  entry: null,
  place: 0,
});

async function open() {
  const { Palette } = await import('../../../src/renderer/palette/palette');
  const { showOverlay } = await import('../../../src/renderer/state/page');
  const { useWindow } = await import('../../../src/renderer/state/store');
  const rows = [row(1, 'Thumbnails of March'), row(2, 'Sky survey')];
  const order = new QueueOrder();
  for (const each of rows) order.put(each);
  useWindow.setState({
    tally: { ...useWindow.getState().tally, ready: 2 },
    order,
    rows: new Map(rows.map((each) => [each.key, each])),
    files: [{ key: 1, path: '/x/march.yaml', name: 'march.yaml', title: null, description: null, problems: [] }],
  });
  render(
    <MantineProvider>
      <Palette />
    </MantineProvider>,
  );
  showOverlay('palette');
  return { field: await screen.findByRole('combobox'), useWindow };
}

const titles = (): (string | null)[] => screen.getAllByRole('option').map((option) => option.textContent);
const chosen = (): string | null => screen.getByRole('option', { selected: true }).textContent;

it('offers what can be done now, and does it on Enter', async () => {
  const { field } = await open();
  expect(titles()).toContain('Run allJobsCtrl+Shift+Enter');
  // Nothing is selected in the queue.
  expect(titles().some((title) => title?.startsWith('RunJobs'))).toBe(false);
  fireEvent.change(field, { target: { value: 'job open' } });
  expect(chosen()).toBe('Open job file…FileCtrl+O');
  expect(field.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option', { selected: true }).id);
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(opened).toEqual(['dialog']);
  await waitFor(() => expect(screen.queryByRole('combobox')).toBeNull());
});

it('goes to jobs and files by their names, with the arrow keys around the list', async () => {
  const { field, useWindow } = await open();
  fireEvent.change(field, { target: { value: 'march' } });
  expect(titles()).toEqual(['march.yamlJob file', 'Thumbnails of Marchmarch.yaml']);
  fireEvent.keyDown(field, { key: 'ArrowUp' });
  expect(chosen()).toBe('Thumbnails of Marchmarch.yaml');
  fireEvent.keyDown(field, { key: 'ArrowDown' });
  expect(chosen()).toBe('march.yamlJob file');
  fireEvent.keyDown(field, { key: 'ArrowDown' });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(useWindow.getState().selection).toEqual({ kind: 'job', key: 1 });
});

it('says that nothing has such a name', async () => {
  const { field } = await open();
  fireEvent.change(field, { target: { value: 'zebra' } });
  expect(screen.queryAllByRole('option')).toEqual([]);
  expect(screen.getByText('Nothing here is called “zebra”.')).toBeDefined();
});
