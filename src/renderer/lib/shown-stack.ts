/** Frames of Node and of the engine's own workers, which called the code that threw. */
const foreignFrame = /\(?(?:node:internal\/|.*[\\/]out[\\/]main[\\/](?:workers|chunks)[\\/])/;

/**
 * A stack as people want to see it: paths instead of addresses of modules, and without the frames at its end that only
 * tell how the engine came to call the code.
 */
export function shownStack(stack: string): string {
  const lines = stack
    .split('\n')
    .map((line) => line.replaceAll(/file:\/\/((?:[^?:)\s]|:(?!\d))+)(\?[^:)\s]*)?/g, '$1'));
  const isFrame = (line: string): boolean => /^\s+at /.test(line);
  let end = lines.length;
  while (end > 0 && isFrame(lines[end - 1] ?? '') && foreignFrame.test(lines[end - 1] ?? '')) end -= 1;
  const kept = lines.slice(0, end);
  // A stack without any frame of somebody's own is better than none.
  return (kept.some(isFrame) ? kept : lines).join('\n');
}
