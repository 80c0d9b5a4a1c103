/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { webUtils } from 'electron';

/**
 * Hears what is dropped on the window, and hands over the paths of files. They go from here to main, past the page,
 * which never gets to name a path.
 */
export function hearDrops(open: (paths: readonly string[]) => Promise<void>): void {
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  window.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
  });
  window.addEventListener('drop', (event) => {
    // Whatever it is: the window never goes where something dropped leads.
    event.preventDefault();
    const paths = [...(event.dataTransfer?.files ?? [])].map(pathOf).filter((path) => path !== '');
    if (paths.length > 0) void open(paths);
  });
}

/** Old versions of Electron have no webUtils, but say the path in the file itself. */
function pathOf(file: File & { readonly path?: string }): string {
  return file.path ?? webUtils.getPathForFile(file);
}
