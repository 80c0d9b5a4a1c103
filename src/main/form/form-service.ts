import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkDraft } from '../../jobs/form/check-draft';
import { draftOfJob } from '../../jobs/form/draft-of-job';
import { fieldHelp, targetForm } from '../../jobs/form/target-forms';
import { parseJobFile } from '../../jobs/parse';
import type { AddAnswer, DraftAnswer, DraftCheck, FormStart, JobDraft, Preset } from '../../shared/job-draft';
import { builtinTargets } from '../../workers/targets';
import type { JobList } from '../job-list';
import { JsonStore } from '../stored/json-store';
import { draftSchema, presetsSchema } from './draft-schema';

export interface FormSource {
  /** Folder of the user's data. */
  readonly dataFolder: string;
  /** Absolute path of the folder of new jobs. */
  readonly defaultFolder: () => string;
  readonly list: JobList;
}

/** The New Job form's side in main: the draft and the presets on disk, and the jobs that come of drafts. */
export class FormService {
  readonly #source: FormSource;
  readonly #draft: JsonStore<JobDraft | null>;
  readonly #presets: JsonStore<readonly Preset[]>;
  /** Job files that were never written, by their paths. */
  readonly #texts = new Map<string, string>();

  constructor(source: FormSource) {
    this.#source = source;
    this.#draft = new JsonStore(join(source.dataFolder, 'draft.json'), draftSchema.nullable(), null);
    this.#presets = new JsonStore(join(source.dataFolder, 'presets.json'), presetsSchema, []);
  }

  start(): FormStart {
    return {
      draft: this.#draft.value,
      presets: this.#presets.value,
      targets: [...builtinTargets.values()].map(targetForm),
      defaultFolder: this.#source.defaultFolder(),
      help: fieldHelp(),
    };
  }

  /** Keeps a draft and says what is wrong with it. */
  async check(draft: JobDraft): Promise<DraftCheck> {
    this.#draft.set(draft);
    const { problems, range, yaml, path, exports } = await this.#check(draft);
    return { problems, range, yaml, path, exports };
  }

  /** Lists the job of a draft, unless something is wrong with it. */
  async add(draft: JobDraft): Promise<AddAnswer> {
    const { run, problems, path, yaml, folder } = await this.#check(draft);
    if (run === null) return { kind: 'wrong', problems };
    // Commands work there; a function works where the app was started.
    if (draft.kind === 'run') await mkdir(folder, { recursive: true });
    this.#texts.set(path, yaml);
    const { list } = this.#source;
    const fileKey = list.putFile(
      { path, name: basename(path), title: run.name, description: run.description, problems: [], unsaved: true },
      run.jobs,
    );
    return { kind: 'added', fileKey, keys: list.keysOf(fileKey) };
  }

  /** A draft as a job file, and where it would be. */
  async fileOf(draft: JobDraft): Promise<{ readonly path: string; readonly text: string }> {
    const { yaml, path } = await this.#check(draft);
    return { path, text: yaml };
  }

  /** A job of the list as a draft, from its job file as it is now. */
  async draftOf(key: number): Promise<DraftAnswer> {
    const job = this.#source.list.job(key);
    if (job === undefined) return { kind: 'refused', message: 'The job is not in the queue any more.' };
    const { file, id } = job.plan;
    const text = this.#texts.get(file) ?? (await readFile(file, 'utf8').catch(() => null));
    if (text === null) return { kind: 'refused', message: `Its job file ${file} is not there any more.` };
    const parsed = parseJobFile(text, file, { builtins: builtinTargets });
    if (!parsed.ok) return { kind: 'refused', message: `Its job file ${file} has mistakes now; open it to see them.` };
    const full = parsed.jobFile.jobs.find((other) => other.id === id);
    if (full === undefined) return { kind: 'refused', message: `There is no job "${id}" in ${file} any more.` };
    // A job file of the form has one job: there is nobody to wait for.
    const { needs, ...spec } = full.spec;
    const draft = draftOfJob({ ...spec, id }, dirname(file), builtinTargets);
    return { kind: 'draft', draft, left: needs === undefined ? [] : ['needs'] };
  }

  savePreset(name: string, draft: JobDraft): readonly Preset[] {
    const others = this.#presets.value.filter((preset) => preset.name !== name);
    this.#presets.set([...others, { name, draft }].sort((a, b) => a.name.localeCompare(b.name)));
    return this.#presets.value;
  }

  deletePreset(name: string): readonly Preset[] {
    this.#presets.set(this.#presets.value.filter((preset) => preset.name !== name));
    return this.#presets.value;
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    await Promise.all([this.#draft.flush(), this.#presets.flush()]);
  }

  #check(draft: JobDraft): ReturnType<typeof checkDraft> {
    const { list, defaultFolder } = this.#source;
    return checkDraft(draft, {
      builtins: builtinTargets,
      defaultFolder: defaultFolder(),
      isTaken: (path) => list.files.some((file) => file.path === path),
    });
  }
}
