import { create } from 'zustand';
import {
  type DraftCheck,
  type DraftField,
  type DraftKind,
  emptyDraft,
  type FormStart,
  isEmptyDraft,
  type JobDraft,
  type Preset,
  type RangeKind,
  type TargetForm,
} from '../../shared/job-draft';
import { bridge } from '../bridge';
import { askToRun } from '../state/actions';
import { showPage } from '../state/page';
import { select, until } from '../state/store';

/** How long after the last key main is asked what the draft comes to, in milliseconds. */
const checkDelay = 120;

export interface FormState {
  /** Null until main has told what targets and presets there are. */
  readonly start: Omit<FormStart, 'draft' | 'presets'> | null;
  readonly draft: JobDraft;
  /** What was in the form before something else was put there; null when there is nothing to go back to. */
  readonly earlier: JobDraft | null;
  readonly presets: readonly Preset[];
  /** What main has said last; null before the first time. */
  readonly check: DraftCheck | null;
  /** What it was said of. */
  readonly checked: JobDraft | null;
  /** Whether the draft has changed since. */
  readonly isChecking: boolean;
  /** Fields whose mistakes are shown, since the person was there. */
  readonly visited: ReadonlySet<string>;
  /** Whether the mistakes of all fields are shown, since the person wanted the job. */
  readonly showsAll: boolean;
  /** For the live region and beside the buttons. */
  readonly message: string;
}

export const initialForm: FormState = {
  start: null,
  draft: emptyDraft,
  earlier: null,
  presets: [],
  check: null,
  checked: null,
  isChecking: false,
  visited: new Set(),
  showsAll: false,
  message: '',
};

/** What the New Job form holds. */
export const useForm = create<FormState>()(() => initialForm);

/** Gets draft, presets and targets from main, once. */
export async function loadForm(): Promise<void> {
  if (useForm.getState().start !== null) return;
  const { draft, presets, ...start } = await bridge.getForm();
  useForm.setState({ start, presets, draft: draft ?? firstDraft(start.targets) });
  await checkNow();
}

/** What the form begins with: a job that can be run as it is. */
function firstDraft(targets: readonly TargetForm[]): JobDraft {
  const target = targets.find(({ defaultRange }) => typeof defaultRange === 'number') ?? targets[0];
  return target === undefined ? emptyDraft : withTarget(emptyDraft, target);
}

/** A draft with another built-in target, and with its range unless one has been typed. */
function withTarget(draft: JobDraft, target: TargetForm, before?: TargetForm): JobDraft {
  const { name, defaultRange } = target;
  const { count } = draft.fields;
  const isOwn = count === '' || (typeof before?.defaultRange === 'number' && count === String(before.defaultRange));
  if (typeof defaultRange !== 'number')
    return { ...draft, rangeKind: 'files', fields: { ...draft.fields, builtin: name } };
  const fields = { ...draft.fields, builtin: name, count: isOwn ? String(defaultRange) : count };
  return { ...draft, rangeKind: 'count', fields };
}

/** The mistake of a field, if it is to be shown. */
export function problemOf({ check, visited, showsAll }: FormState, field: string): string | null {
  if (!showsAll && !visited.has(field)) return null;
  return check?.problems.find((problem) => problem.field === field)?.message ?? null;
}

const change = (draft: JobDraft, field: string): void => {
  useForm.setState(({ visited }) => ({ draft, message: '', visited: new Set([...visited, field]) }));
  checkSoon();
};

export const setField = (name: DraftField, text: string): void => {
  const { draft } = useForm.getState();
  change({ ...draft, fields: { ...draft.fields, [name]: text } }, name);
};

/** @param name target and argument: `mandelbrot.width` */
export const setBuiltinArg = (name: string, text: string): void => {
  const { draft } = useForm.getState();
  const arg = name.slice(name.indexOf('.') + 1);
  change({ ...draft, builtinArgs: { ...draft.builtinArgs, [name]: text } }, `builtinArgs.${arg}`);
};

export const setArgv = (argv: readonly string[], place: number): void =>
  change({ ...useForm.getState().draft, argv }, `argv.${place}`);

/** Which ranges a kind of job can have: only a command can be run once without any. */
export function setKind(kind: DraftKind): void {
  const { draft } = useForm.getState();
  const rangeKind = kind !== 'run' && draft.rangeKind === 'once' ? 'count' : draft.rangeKind;
  change({ ...draft, kind, rangeKind }, 'kind');
}

export const setRangeKind = (rangeKind: RangeKind): void =>
  change({ ...useForm.getState().draft, rangeKind }, 'rangeKind');

/** Chooses a built-in target, with a range of its kind unless one has been typed. */
export function chooseTarget(name: string): void {
  const { draft, start } = useForm.getState();
  const targetOf = (wanted: string) => start?.targets.find((target) => target.name === wanted);
  const target = targetOf(name);
  if (target !== undefined) change(withTarget(draft, target, targetOf(draft.fields.builtin)), 'builtin');
}

/** Puts something else into the form; what was there can be brought back. */
export function replaceDraft(draft: JobDraft, message: string): void {
  const { draft: now } = useForm.getState();
  useForm.setState({
    draft,
    earlier: isEmptyDraft(now) ? null : now,
    visited: new Set(),
    showsAll: false,
    message,
  });
  checkSoon();
}

export const clearForm = (): void => {
  replaceDraft(firstDraft(useForm.getState().start?.targets ?? []), 'The form is as at first.');
};

export function bringBack(): void {
  const { earlier } = useForm.getState();
  if (earlier !== null) replaceDraft(earlier, 'The form is as it was before.');
}

let timer: ReturnType<typeof setTimeout> | undefined;
let asking: Promise<void> | null = null;

function checkSoon(): void {
  useForm.setState({ isChecking: true });
  clearTimeout(timer);
  timer = setTimeout(() => void checkNow(), checkDelay);
}

/** Asks main what the draft comes to; one question at a time, the last one with what is in the form then. */
export async function checkNow(): Promise<void> {
  clearTimeout(timer);
  while (asking !== null) await asking;
  const { draft } = useForm.getState();
  asking = bridge.checkDraft(draft).then(
    (check) => useForm.setState((state) => ({ check, checked: draft, isChecking: state.draft !== draft })),
    () => useForm.setState({ isChecking: false }),
  );
  await asking;
  asking = null;
}

/** Gives main what was typed last, before the page goes. */
export function keepDraft(): void {
  const { start, draft, isChecking } = useForm.getState();
  if (start !== null && isChecking) void bridge.checkDraft(draft);
}

/**
 * Makes a job of the queue of what is in the form, and shows it; with mistakes it leads to the first of them.
 *
 * @param isRun whether the job is run at once
 */
export async function submit(isRun: boolean): Promise<void> {
  const answer = await bridge.addDraft(useForm.getState().draft);
  if (answer.kind === 'wrong') {
    useForm.setState(({ check }) => ({
      showsAll: true,
      check: check === null ? null : { ...check, problems: answer.problems },
      message:
        answer.problems.length === 1
          ? '1 error; nothing was added.'
          : `${answer.problems.length} errors; nothing was added.`,
    }));
    await checkNow();
    focusFirstProblem();
    return;
  }
  useForm.setState({ message: '', showsAll: false, visited: new Set() });
  await until(({ rows }) => answer.keys.every((key) => rows.has(key)));
  const [key] = answer.keys;
  if (key !== undefined) select({ kind: 'job', key });
  if (isRun) await askToRun(() => bridge.runJobs(answer.keys));
}

/** Shows a job of the queue in the form. */
export async function openInForm(key: number): Promise<string | null> {
  await loadForm();
  const answer = await bridge.draftOf(key);
  if (answer.kind === 'refused') return answer.message;
  const left =
    answer.left.length === 0 ? '' : ` Without ${answer.left.join(', ')}, which are about other jobs of the file.`;
  replaceDraft(answer.draft, `A copy of the job; the job itself stays as it is.${left}`);
  showPage('new-job');
  return null;
}

function focusFirstProblem(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-form] [aria-invalid=true]')?.focus());
}

export async function savePreset(name: string): Promise<void> {
  const presets = await bridge.savePreset(name, useForm.getState().draft);
  useForm.setState({ presets, message: `Saved as preset “${name}”.` });
}

export async function deletePreset(name: string): Promise<void> {
  useForm.setState({ presets: await bridge.deletePreset(name), message: `Preset “${name}” is gone.` });
}
