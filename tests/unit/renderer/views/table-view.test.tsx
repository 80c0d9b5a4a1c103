import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ShownTable, TablePage } from '../../../../src/shared/result';
import { installBridge } from '../fake-bridge';

const copied: string[] = [];
const saved: string[][] = [];
installBridge({
  copyText: async (text) => void copied.push(text),
  saveText: async (name, text) => {
    saved.push([name, text]);
    return `/home/me/${name}`;
  },
});
const { PagedTable } = await import('../../../../src/renderer/views/table/paged-table');

beforeAll(() => {
  // The page of the tests lays nothing out: what is virtual needs to be told how much can be seen.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
});
beforeEach(() => {
  copied.length = 0;
  saved.length = 0;
});
afterEach(cleanup);

const pageOf = (offset: number, length: number): TablePage => ({
  offset,
  length,
  columns: [
    Float64Array.from({ length }, (_, index) => (offset + index) % 1000),
    Array.from({ length }, (_, index) => `name ${offset + index}`),
  ],
});

function show(total: number, loadPage: (offset: number) => Promise<TablePage | null> = async () => null) {
  const page = pageOf(0, Math.min(total, 20_000));
  const table: ShownTable = { kind: 'table', title: 'Rows', columns: ['n', 'name'], total, page };
  render(
    <MantineProvider>
      <PagedTable table={table} loadPage={loadPage} />
    </MantineProvider>,
  );
  return screen.queryByRole('grid', { name: 'Rows' });
}

const firstRow = (): string[] => {
  const row = within(screen.getByRole('grid'))
    .getAllByRole('row')
    .find((one) => one.getAttribute('aria-rowindex') === '2');
  return row === undefined
    ? []
    : within(row)
        .getAllByRole('gridcell')
        .map((cell) => cell.textContent);
};

describe('a table', () => {
  it('of 100,000 rows has only those in the page that can be seen, and loads the rest by itself', async () => {
    const asked: number[] = [];
    const grid = show(100_000, async (offset) => {
      asked.push(offset);
      return pageOf(offset, 20_000);
    });
    expect(grid?.getAttribute('aria-rowcount')).toBe('20001');
    await waitFor(() => expect(grid?.getAttribute('aria-rowcount')).toBe('100001'));
    expect(asked).toEqual([20_000, 40_000, 60_000, 80_000]);
    expect(screen.getByText('100,000 rows')).toBeDefined();
    expect(within(screen.getByRole('grid')).getAllByRole('row').length).toBeLessThan(60);
  });

  it('without rows says so', () => {
    expect(show(0)).toBeNull();
    expect(screen.getByText('This table has no rows.')).toBeDefined();
  });

  it('is ordered by a click on a name, backwards by another', () => {
    show(20);
    fireEvent.click(screen.getByRole('button', { name: 'name' }));
    fireEvent.click(screen.getByRole('button', { name: 'name' }));
    expect(firstRow()).toEqual(['19', 'name 19']);
    expect(screen.getByRole('columnheader', { name: /name/ }).getAttribute('aria-sort')).toBe('descending');
  });

  it('is searched, and filtered by column', async () => {
    show(3000);
    fireEvent.change(screen.getByRole('textbox', { name: 'Search Rows' }), { target: { value: 'name 2999' } });
    await waitFor(() => expect(screen.getByText('1 of 3,000 rows')).toBeDefined());
    fireEvent.change(screen.getByRole('textbox', { name: 'Search Rows' }), { target: { value: '' } });
    await waitFor(() => expect(screen.getByText('3,000 rows')).toBeDefined());
    fireEvent.click(screen.getByRole('button', { name: 'Filter by column' }));
    fireEvent.change(screen.getByRole('textbox', { name: 'Filter n' }), { target: { value: '>997' } });
    expect(screen.getByText('6 of 3,000 rows')).toBeDefined();
    fireEvent.change(screen.getByRole('textbox', { name: 'Filter name' }), { target: { value: '=name 2998' } });
    expect(firstRow()).toEqual(['998', 'name 2998']);
    fireEvent.change(screen.getByRole('textbox', { name: 'Filter name' }), { target: { value: 'nobody' } });
    expect(screen.getByText('No row has what you are looking for.')).toBeDefined();
  });

  it('copies the cells that were selected with the keys', () => {
    const grid = show(20);
    if (grid === null) throw new Error('It has rows.');
    for (const [key, shiftKey] of [
      ['ArrowDown', false],
      ['ArrowDown', false],
      ['ArrowDown', true],
      ['ArrowRight', true],
    ] as const)
      fireEvent.keyDown(grid, { key, shiftKey });
    expect(screen.getByText(/4 cells selected/)).toBeDefined();
    fireEvent.keyDown(grid, { key: 'c', ctrlKey: true });
    expect(copied).toEqual(['1\tname 1\n2\tname 2']);
    fireEvent.keyDown(grid, { key: 'Escape' });
    expect(screen.queryByText(/cells selected/)).toBeNull();
  });

  it('copies a column, and saves what is shown', async () => {
    show(3);
    fireEvent.click(screen.getByRole('button', { name: 'Column name' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Copy column' }));
    expect(copied).toEqual(['name\nname 0\nname 1\nname 2']);
    fireEvent.click(screen.getByRole('button', { name: 'Save these rows' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Save as CSV…' }));
    expect(saved).toEqual([['Rows.csv', 'n,name\n0,name 0\n1,name 1\n2,name 2\n']]);
  });

  it('that is too long asks before it loads more', async () => {
    const grid = show(250_000, async (offset) => pageOf(offset, Math.min(60_000, 250_000 - offset)));
    await waitFor(() => expect(grid?.getAttribute('aria-rowcount')).toBe('200001'));
    expect(screen.getByText('200,000 of the first 200,000 rows; there are 250,000')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Load more' }));
    await waitFor(() => expect(screen.getByText('250,000 rows')).toBeDefined());
  });
});
