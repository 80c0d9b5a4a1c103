import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Trust } from '../../../src/main/trust';
import { TrustedCode } from '../../../src/main/trusted/trusted-code';
import { plannedCommandJob, plannedJob } from '../planned-job';

const root = mkdtempSync(join(tmpdir(), 'procession-trust-'));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
let folder = '';
let data = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'jobs-'));
  data = mkdtempSync(join(root, 'data-'));
  for (const name of ['a.mjs', 'b.mjs']) writeFileSync(join(folder, name), 'export const x = 1;\n');
});

const job = (target: string, at = folder) => plannedJob({ target, file: join(at, 'jobs.yaml'), range: 1 });
const command = (...argv: string[]) => plannedCommandJob({ argv, file: join(folder, 'jobs.yaml') });
const trusting = (bundled: readonly string[] = []): Trust => new Trust(bundled, new TrustedCode(data));
const agree = (trust: Trust, ...jobs: ReturnType<typeof job>[]): void => {
  for (const { ticket } of trust.questions(jobs)) trust.accept(ticket);
};

it('asks nothing for built-in targets and for folders that came with the app', () => {
  expect(trusting().questions([job('builtin:mandelbrot')])).toEqual([]);
  expect(trusting([folder]).questions([job(`${folder}/a.mjs#run`)])).toEqual([]);
});

it('asks once for a folder, naming each target once', () => {
  const trust = trusting();
  const jobs = [job(`${folder}/a.mjs#x`), job(`${folder}/a.mjs#x`), job(`${folder}/b.mjs#y`)];
  const questions = trust.questions(jobs);
  expect(questions).toMatchObject([{ targets: ['a.mjs#x', 'b.mjs#y'], isChanged: false }]);
  trust.accept(questions[0]?.ticket ?? '');
  expect(trust.questions(jobs)).toEqual([]);
});

it('believes only tickets that it gave out, and each once', () => {
  const trust = trusting();
  const [question] = trust.questions([job(`${folder}/a.mjs#x`)]);
  trust.accept(folder);
  trust.accept('');
  expect(trust.questions([job(`${folder}/a.mjs#x`)])).toHaveLength(1);
  trust.accept(question?.ticket ?? '');
  expect(trust.questions([job(`${folder}/a.mjs#x`)])).toEqual([]);
});

it('knows a folder by its canonical path', () => {
  const link = `${folder}-link`;
  symlinkSync(folder, link);
  const trust = trusting();
  agree(trust, job(`${link}/a.mjs#x`, link));
  expect(trust.questions([job(`${folder}/a.mjs#x`)])).toEqual([]);
});

it('remembers what was agreed to from one start to the next, until it is forgotten', async () => {
  const trusted = new TrustedCode(data);
  agree(new Trust([], trusted), job(`${folder}/a.mjs#x`));
  await trusted.flush();
  const again = new TrustedCode(data);
  expect(again.folders).toMatchObject([{ folder }]);
  expect(new Trust([], again).questions([job(`${folder}/a.mjs#x`)])).toEqual([]);
  again.forget(folder);
  expect(new Trust([], again).questions([job(`${folder}/a.mjs#x`)])).toMatchObject([{ isChanged: false }]);
});

describe('asks again', () => {
  it('when a module, or one that it imports, has changed', () => {
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'a.mjs'), "import { help } from './lib/help.js';\nexport const x = () => help();\n");
    writeFileSync(join(folder, 'lib/help.ts'), "export { deep as help } from '../b.mjs';\n");
    const trust = trusting();
    agree(trust, job(`${folder}/a.mjs#x`));
    expect(trust.questions([job(`${folder}/a.mjs#x`)])).toEqual([]);
    writeFileSync(join(folder, 'b.mjs'), 'export const deep = () => 2;\n');
    const [question] = trust.questions([job(`${folder}/a.mjs#x`)]);
    expect(question).toMatchObject({ targets: ['a.mjs#x'], isChanged: true });
    trust.accept(question?.ticket ?? '');
    expect(trust.questions([job(`${folder}/a.mjs#x`)])).toEqual([]);
    writeFileSync(join(folder, 'unrelated.mjs'), 'anything');
    expect(trust.questions([job(`${folder}/a.mjs#x`)])).toEqual([]);
  });

  it('when it changed between the question and the answer', () => {
    const trust = trusting();
    const [question] = trust.questions([job(`${folder}/a.mjs#x`)]);
    writeFileSync(join(folder, 'a.mjs'), 'export const x = "other";\n');
    trust.accept(question?.ticket ?? '');
    expect(trust.questions([job(`${folder}/a.mjs#x`)])).toHaveLength(1);
  });

  it('for another module, another command, another environment', () => {
    const trust = trusting();
    agree(trust, job(`${folder}/a.mjs#x`));
    expect(trust.questions([job(`${folder}/a.mjs#y`)])).toEqual([]);
    expect(trust.questions([job(`${folder}/b.mjs#y`)])).toMatchObject([{ targets: ['b.mjs#y'], isChanged: true }]);
    const trustCommands = trusting();
    for (const { ticket } of trustCommands.questions([command('wc', '{item}')])) trustCommands.accept(ticket);
    expect(trustCommands.questions([command('wc', '{item}')])).toEqual([]);
    expect(trustCommands.questions([command('rm', '{item}')])).toHaveLength(1);
    expect(trustCommands.questions([{ ...command('wc', '{item}'), env: { PATH: '/tmp' } }])).toHaveLength(1);
    expect(trustCommands.questions([{ ...command('wc', '{item}'), cwd: 'sub' }])).toHaveLength(1);
  });
});

it('a circle of imports and a module that is not there are no trouble', () => {
  writeFileSync(join(folder, 'a.mjs'), "import './b.mjs';\nimport './gone.mjs';\n");
  writeFileSync(join(folder, 'b.mjs'), "import './a.mjs';\n");
  expect(trusting().questions([job(`${folder}/a.mjs#x`), job(`${folder}/gone.mjs#x`)])).toHaveLength(1);
});
