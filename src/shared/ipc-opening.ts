/** A job file that was opened before. */
export interface RecentFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
}

/** Something that is told in a corner of the window and goes by itself. */
export interface Told {
  readonly tone: 'plain' | 'bad';
  readonly title: string;
  /** It may have several lines. */
  readonly text: string;
}

/** Calls about files that are opened. */
export interface OpeningRequests {
  getRecent: () => readonly RecentFile[];
  /** Opens one of the recent files; resolves to its key. */
  openRecent: (path: string) => number | null;
  clearRecent: () => void;
}

export const openingRequestNames = [
  'getRecent',
  'openRecent',
  'clearRecent',
] as const satisfies readonly (keyof OpeningRequests)[];

/**
 * Calls of the preload script itself, which the page cannot make: files that were dropped on the window. A page that
 * could name any path could read any file.
 */
export interface PreloadRequests {
  openDropped: (paths: readonly string[]) => void;
}

export const preloadRequestNames = ['openDropped'] as const satisfies readonly (keyof PreloadRequests)[];
