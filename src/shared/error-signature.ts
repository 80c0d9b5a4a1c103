import type { ErrorInfo } from './engine-info';

/**
 * What errors that are alike have in common: class and code, the message but for numbers and the item's own name, how
 * a command ended, and the place in the code where it was thrown.
 *
 * @param itemName the item that failed, as its message may name it; empty when there is none
 */
export function signatureOf({ name, code = '', message, stack = '', command }: ErrorInfo, itemName: string): string {
  if (command !== undefined) return [name, code, command.exitCode ?? '', command.signal ?? ''].join('\n');
  const frame = /^\s+at .*$/m.exec(stack)?.[0].trim() ?? '';
  const own = itemName === '' ? message : message.replaceAll(itemName, '#');
  return [name, code, own.replaceAll(/\d+(?:[.,]\d+)*/g, '#'), frame].join('\n');
}
