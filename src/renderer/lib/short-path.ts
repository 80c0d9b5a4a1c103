/** A path as a person knows it: from the folder of their job file on when it lies in there, else as it is. */
export function shortPath(path: string, jobFile: string | undefined): string {
  if (jobFile === undefined) return path;
  const folder = jobFile.slice(0, Math.max(jobFile.lastIndexOf('/'), jobFile.lastIndexOf('\\')) + 1);
  return folder !== '' && path.startsWith(folder) ? path.slice(folder.length) : path;
}
