import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { Lanes } from '../../../src/renderer/components/lanes';
import { useWindow } from '../../../src/renderer/state/store';
import { Figures } from '../../../src/renderer/views/figures';
import { HistogramView } from '../../../src/renderer/views/plot/histogram-view';
import type { ProcInfo, RankInfo } from '../../../src/shared/engine-info';

const show = (node: ReactNode): void => void render(<MantineProvider>{node}</MantineProvider>);
afterEach(cleanup);

it('figures show their unit, and their last digit on pointing', () => {
  show(<Figures figures={[{ label: 'Spacing', value: 7.000524242, unit: 'mm' }]} />);
  const value = screen.getByTitle('7.000524242');
  expect(value.textContent).toBe('7.000524 mm');
});

describe('the lanes of the processes', () => {
  const rank = (more: Partial<RankInfo>): RankInfo => ({
    index: 0,
    pid: 4711,
    start: 0,
    end: 1000,
    chunks: 1,
    assigned: 1000,
    count: 333,
    state: 'running',
    ...more,
  });
  const common = { source: { key: 1, run: 1 }, planned: false, wide: false, chosen: 'figures', range: null } as const;

  it('tell process, part, item, count, speed and cost of each', () => {
    const worker: ProcInfo = {
      slot: 0,
      pid: 4711,
      state: 'busy',
      jobId: 1,
      restarts: 0,
      rssMiB: 1536,
      cpuPercent: 98.6,
    };
    useWindow.setState({ workers: [worker] });
    show(
      <Lanes
        {...common}
        jobState="running"
        ranks={[rank({}), rank({ index: 1, pid: 4712, start: 1000, end: 2000, count: 1000, state: 'done' })]}
        lanes={[
          { item: 333, chunksDone: 0, rate: 12.5 },
          { item: null, chunksDone: 1, rate: null },
        ]}
      />,
    );
    const cells = screen
      .getAllByTestId('rank')
      .map((line) => [...line.querySelectorAll('td')].map((cell) => cell.textContent));
    expect(cells).toEqual([
      ['0', '4711', '[0, 1,000)', '333', '0', '333 / 1,000', '33%', '12.5/s', '99%', '1.5 GiB', 'Running'],
      ['1', '4712', '[1,000, 2,000)', '–', '1', '1,000 / 1,000', '100%', '–', '–', '–', 'Done'],
    ]);
  });

  it('say of a rank that is being stopped that it is, and of one that does not answer', () => {
    show(<Lanes {...common} jobState="cancelling" lanes={[]} ranks={[rank({}), rank({ index: 1, state: 'lost' })]} />);
    expect(screen.getByText('Cancelling')).toBeDefined();
    expect(screen.getByText('Process lost')).toBeDefined();
    cleanup();
    show(<Lanes {...common} jobState="running" lanes={[]} ranks={[rank({ isUnresponsive: true })]} />);
    expect(screen.getByText('No answer')).toBeDefined();
  });
});

it('a histogram of nothing but zeros says so', () => {
  show(<HistogramView view={{ kind: 'histogram', title: 'Empty', edges: [0, 1, 2], counts: [0, 0] }} />);
  expect(screen.getByText('Nothing has been counted: all 2 bins are empty.')).toBeDefined();
});
