import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DraftCheck, DraftProblem, JobDraft, TargetForm } from '../../../src/shared/job-draft';
import { installBridge } from './fake-bridge';

const target = (name: string, defaultRange: TargetForm['defaultRange']): TargetForm => ({
  name,
  title: name,
  description: '',
  rangeUnit: 'rows',
  defaultRange,
  args: [],
});
const problem: DraftProblem = { field: 'timeout', code: 'E111', message: 'It must be a duration.' };
const asked: JobDraft[] = [];
let answer: () => Promise<DraftCheck>;

async function form() {
  vi.resetModules();
  asked.length = 0;
  answer = async () => ({ problems: [problem], range: null, yaml: 'version: 1', path: '/p/x.yaml', exports: [] });
  installBridge({
    getForm: async () => ({
      draft: null,
      presets: [],
      targets: [target('scans', { files: '*.dcm' }), target('rows', 800), target('lines', 20)],
      defaultFolder: '/p',
      help: {},
    }),
    checkDraft: (draft) => {
      asked.push(draft);
      return answer();
    },
    addDraft: async () => ({ kind: 'wrong', problems: [problem] }),
    savePreset: async (name, draft) => [{ name, draft }],
  });
  const module = await import('../../../src/renderer/form/form-store');
  await module.loadForm();
  return { ...module, state: () => module.useForm.getState() };
}
beforeEach(() => vi.useRealTimers());

describe('the form', () => {
  it('begins with a job that can be run', async () => {
    const { state } = await form();
    expect(state().draft).toMatchObject({ rangeKind: 'count', fields: { builtin: 'rows', count: '800' } });
    expect(asked).toHaveLength(1);
  });

  it('takes the range of another target unless one has been typed', async () => {
    const { state, chooseTarget, setField } = await form();
    chooseTarget('lines');
    expect(state().draft.fields.count).toBe('20');
    setField('count', '33');
    chooseTarget('rows');
    expect(state().draft.fields.count).toBe('33');
    chooseTarget('scans');
    expect(state().draft).toMatchObject({ rangeKind: 'files', fields: { builtin: 'scans', count: '33' } });
  });

  it('shows a mistake once the person was at the field, or wanted the job', async () => {
    const { state, problemOf, setField, submit } = await form();
    expect(problemOf(state(), 'timeout')).toBeNull();
    setField('timeout', '30');
    expect(problemOf(state(), 'timeout')).toBe('It must be a duration.');
    expect(problemOf(state(), 'memory')).toBeNull();
    await submit(true);
    expect(state()).toMatchObject({ showsAll: true, message: '1 error; nothing was added.' });
  });

  it('asks one question at a time, and last about what is there then', async () => {
    const { state, setField, checkNow } = await form();
    let release: (() => void) | undefined;
    const check = await answer();
    answer = () =>
      new Promise((resolve) => {
        release = () => resolve(check);
      });
    setField('label', 'a');
    const first = checkNow();
    setField('label', 'ab');
    const second = checkNow();
    expect(asked.map(({ fields }) => fields.label)).toEqual(['', 'a']);
    release?.();
    await first;
    expect(state().isChecking).toBe(true);
    await vi.waitFor(() => expect(asked.map(({ fields }) => fields.label)).toEqual(['', 'a', 'ab']), {
      timeout: 25_000,
    });
    release?.();
    await second;
    expect(state().isChecking).toBe(false);
  });

  it('brings back what something else took the place of', async () => {
    const { state, setField, clearForm, bringBack } = await form();
    setField('label', 'precious');
    clearForm();
    expect(state().draft.fields).toMatchObject({ label: '', count: '800' });
    bringBack();
    expect(state().draft.fields.label).toBe('precious');
  });

  it('gives main what was typed last when the page goes', async () => {
    const { setField, keepDraft } = await form();
    keepDraft();
    expect(asked).toHaveLength(1);
    setField('label', 'last words');
    keepDraft();
    expect(asked.at(-1)?.fields.label).toBe('last words');
  });

  it('has no range of "once" but for commands', async () => {
    const { state, setKind, setRangeKind } = await form();
    setKind('run');
    setRangeKind('once');
    setKind('map');
    expect(state().draft.rangeKind).toBe('count');
  });
});
