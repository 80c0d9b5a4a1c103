import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Trust } from '../../../src/main/trust';
import { plannedJob } from '../planned-job';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'procession-trust-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const job = (target: string, at = folder) => plannedJob({ target, file: join(at, 'jobs.yaml'), range: 1 });

it('asks nothing for built-in targets and for folders that came with the app', () => {
  expect(new Trust([]).questions([job('builtin:mandelbrot')])).toEqual([]);
  expect(new Trust([folder]).questions([job(`${folder}/work.mjs#run`)])).toEqual([]);
});

it('asks once for a folder, naming each target once', () => {
  const trust = new Trust([]);
  const questions = trust.questions([job(`${folder}/a.mjs#x`), job(`${folder}/a.mjs#x`), job(`${folder}/b.mjs#y`)]);
  expect(questions).toMatchObject([{ targets: ['a.mjs#x', 'b.mjs#y'] }]);
  trust.accept(questions[0]?.ticket ?? '');
  expect(trust.questions([job(`${folder}/c.mjs#z`)])).toEqual([]);
});

it('believes only tickets that it gave out', () => {
  const trust = new Trust([]);
  trust.questions([job(`${folder}/a.mjs#x`)]);
  trust.accept(folder);
  trust.accept('');
  expect(trust.questions([job(`${folder}/a.mjs#x`)])).toHaveLength(1);
});

it('knows a folder by its canonical path', async () => {
  const link = `${folder}-link`;
  await symlink(folder, link);
  const trust = new Trust([]);
  const [question] = trust.questions([job(`${link}/a.mjs#x`, link)]);
  trust.accept(question?.ticket ?? '');
  expect(trust.questions([job(`${folder}/a.mjs#x`)])).toEqual([]);
  await rm(link);
});
