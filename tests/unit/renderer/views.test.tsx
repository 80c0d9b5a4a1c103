import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { RankTable } from '../../../src/renderer/components/rank-table';
import { Figures } from '../../../src/renderer/views/figures';
import { HistogramView } from '../../../src/renderer/views/plot/histogram-view';
import type { RankInfo } from '../../../src/shared/engine-info';

const show = (node: ReactNode): void => void render(<MantineProvider>{node}</MantineProvider>);
afterEach(cleanup);

it('figures show their unit, and their last digit on pointing', () => {
  show(<Figures figures={[{ label: 'Spacing', value: 7.000524242, unit: 'mm' }]} />);
  const value = screen.getByTitle('7.000524242');
  expect(value.textContent).toBe('7.000524 mm');
});

describe('the table of ranks', () => {
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

  it('tells process, part, count and share of each', () => {
    show(
      <RankTable
        jobState="running"
        planned={false}
        ranks={[rank({}), rank({ index: 1, start: 1000, end: 2000, count: 1000, state: 'done' })]}
      />,
    );
    const cells = screen
      .getAllByTestId('rank')
      .map((line) => [...line.querySelectorAll('td')].map((cell) => cell.textContent));
    expect(cells).toEqual([
      ['0', '4711', '[0, 1,000)', '333 / 1,000', '', '33%', 'Running'],
      ['1', '4711', '[1,000, 2,000)', '1,000 / 1,000', '', '100%', 'Done'],
    ]);
  });

  it('says of a rank that is being stopped that it is', () => {
    show(<RankTable jobState="cancelling" planned={false} ranks={[rank({}), rank({ index: 1, state: 'lost' })]} />);
    expect(screen.getByText('Cancelling')).toBeDefined();
    expect(screen.getByText('Process lost')).toBeDefined();
  });
});

it('a histogram of nothing but zeros says so', () => {
  show(<HistogramView view={{ kind: 'histogram', title: 'Empty', edges: [0, 1, 2], counts: [0, 0] }} />);
  expect(screen.getByText('Nothing has been counted: all 2 bins are empty.')).toBeDefined();
});
