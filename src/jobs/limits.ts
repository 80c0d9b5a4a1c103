/** Bounds of what a job file may come to, so that no file, however short, takes the machine's memory or time. */

/** Items that are held one by one: files, lines, rows, numbers. */
export const maxItems = 1_000_000;

/** Items of map and run, each of which has a result of its own. */
export const maxMapItems = 10_000_000;

/** Jobs of a file once its matrices are multiplied out. */
export const maxPlannedJobs = 10_000;

/** Size of a file of lines or rows, in bytes: they are stored with the run. */
export const maxDataBytes = 64 * 1024 * 1024;

/** Length of one line, or of one field of a row, in characters. */
export const maxFieldLength = 65_536;

/** Columns of a table. */
export const maxColumns = 1000;

/** Time for everything that the globs of a file look for, in milliseconds. */
export const maxSearchMs = 30_000;
