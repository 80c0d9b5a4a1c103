import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadJobFile } from '../../../src/jobs/load-job-file';

const builtins = new Map();
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'procession-load-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function problemsOf(path: string): Promise<string[]> {
  const loaded = await loadJobFile(path, builtins);
  return loaded.ok ? [] : loaded.problems.map(({ code, message }) => `${code} ${message}`);
}

describe('a job file', () => {
  it('is its name, its description and its planned jobs', async () => {
    write('work.mjs', '');
    const path = write('good.yaml', 'version: 1\nname: Good\njobs: [{ id: a, target: ./work.mjs#run, range: 10 }]\n');
    expect(await loadJobFile(path, builtins)).toMatchObject({
      ok: true,
      file: path,
      run: {
        name: 'Good',
        description: null,
        jobs: [{ id: 'a', range: 10, target: `${join(folder, 'work.mjs')}#run` }],
      },
    });
  });

  it('that is not there, is a folder or is larger than 1 MiB is refused with the reason', async () => {
    expect(await problemsOf(join(folder, 'none.yaml'))).toEqual(['E001 There is no such file.']);
    expect(await problemsOf(folder)).toEqual(['E001 This is a folder, not a job file.']);
    const large = write('large.yaml', `# ${'x'.repeat(3 * 1024 * 1024)}`);
    expect(await problemsOf(large)).toEqual([expect.stringMatching(/^E002 The file is larger than 1 MiB\./)]);
  });

  it('comes with its text when something that it names is missing', async () => {
    const text = 'version: 1\njobs:\n  - target: ./none.mjs#run\n    range: 10\n';
    const loaded = await loadJobFile(write('missing.yaml', text), builtins);
    expect(loaded).toMatchObject({ ok: false, text, problems: [{ code: 'E208', line: 3, column: 13 }] });
  });
});
