import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { loadJobFile } from '../../../../src/jobs/load-job-file';
import { formatProblems } from '../../../../src/jobs/problem';
import { JobList } from '../../../../src/main/job-list';
import { Opening } from '../../../../src/main/opening/opening';
import { RecentFiles } from '../../../../src/main/opening/recent-files';
import type { Told } from '../../../../src/shared/ipc-opening';
import { builtinTargets } from '../../../../src/workers/targets';

const root = mkdtempSync(join(tmpdir(), 'procession-opening-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = '';
let told: Told[] = [];
let list: JobList;
let recent: RecentFiles;
let opening: Opening;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
  told = [];
  list = new JobList();
  recent = new RecentFiles(folder, () => {});
  opening = new Opening({ list, recent, changed: () => {}, tell: (news) => told.push(news) });
});
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const jobs = 'version: 1\njobs: [{ target: builtin:mandelbrot, range: 5 }]\n';

it('lists the jobs of files, and remembers them, the latest first', async () => {
  const [first, second] = [file('one.yaml', jobs), file('two.txt', jobs)];
  expect(await opening.open([first, second], true)).toBe(list.files[0]?.key);
  expect(list.files.map(({ name }) => name)).toEqual(['one.yaml', 'two.txt']);
  expect(recent.all).toEqual([
    { path: second, name: 'two.txt' },
    { path: first, name: 'one.yaml' },
  ]);
  await recent.flush();
  expect(new RecentFiles(folder, () => {}).has(first)).toBe(true);
});

it('shows the mistakes of a job file in its place in the list', async () => {
  expect(await opening.open([file('bad.yaml', 'version: 2\n')], true)).not.toBeNull();
  expect(list.files[0]?.problems.length).toBeGreaterThan(0);
  expect(told).toEqual([]);
});

it('tells of what is no job file what the command line would say, and lists nothing', async () => {
  const path = file('photo.png', '\u0089PNG\r\n\u001a\n{{{');
  expect(await opening.open([path, folder], true)).toBeNull();
  expect(list.files).toEqual([]);
  expect(recent.all).toEqual([]);
  const loaded = await loadJobFile(path, builtinTargets);
  if (loaded.ok) throw new Error('This is no job file.');
  const said = formatProblems(loaded.problems, loaded.text).replaceAll(path, 'photo.png');
  expect(told[0]).toEqual({ tone: 'bad', title: 'photo.png is no job file', text: said });
  expect(told[1]?.text).toContain('This is a folder, not a job file.');
});

it('remembers a dozen', () => {
  for (let number = 1; number <= 20; number += 1) recent.add(`/jobs/${number}.yaml`);
  recent.add('/jobs/15.yaml');
  expect(recent.all.map(({ name }) => name)).toEqual(
    [15, 20, 19, 18, 17, 16, 14, 13, 12, 11, 10, 9].map((number) => `${number}.yaml`),
  );
  recent.clear();
  expect(recent.all).toEqual([]);
});
