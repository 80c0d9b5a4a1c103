import type { AddAnswer, DraftAnswer, DraftCheck, FormStart, JobDraft, Preset } from './job-draft';

/** What the form can ask the person to choose. */
export type PathKind = 'folder' | 'module' | 'csv' | 'lines' | 'files';

/** A chosen path, relative to `folder` where it lies below it; of a module the folder becomes its own otherwise. */
export interface ChosenPath {
  readonly folder: string;
  readonly path: string;
}

/** Calls of the New Job form. */
export interface FormRequests {
  getForm: () => FormStart;
  /** What is wrong with a draft, and what it comes to. The draft is kept from now on. */
  checkDraft: (draft: JobDraft) => DraftCheck;
  /** Makes a job of the queue of a draft that has no mistakes. */
  addDraft: (draft: JobDraft) => AddAnswer;
  /** Writes a draft as a job file where the person says; resolves to the key of the file, null when nowhere. */
  saveDraft: (draft: JobDraft) => number | null;
  /** A job of the queue as a draft. */
  draftOf: (key: number) => DraftAnswer;
  /** Keeps a draft under a name, in place of what had it; resolves to all presets. */
  savePreset: (name: string, draft: JobDraft) => readonly Preset[];
  deletePreset: (name: string) => readonly Preset[];
  /** Shows the system's dialog. An empty folder is the default one. */
  choosePath: (kind: PathKind, folder: string) => ChosenPath | null;
}

export const formRequestNames = [
  'getForm',
  'checkDraft',
  'addDraft',
  'saveDraft',
  'draftOf',
  'savePreset',
  'deletePreset',
  'choosePath',
] as const satisfies readonly (keyof FormRequests)[];
