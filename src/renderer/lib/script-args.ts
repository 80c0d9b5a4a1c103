import { isRecord } from '../../shared/is-record';

/** Texts that would be taken for something else than a text when they stand bare behind a `=`. */
const looksLike = /^(?:true|false|null|-?\d.*|[["{].*)$|\n/s;

/**
 * Arguments as a person writes them, one `name=value` a line.
 *
 * @param json an object as JSON text
 */
export function argumentLines(json: string): string {
  const args: unknown = JSON.parse(json);
  if (!isRecord(args)) return '';
  return Object.entries(args)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join('\n');
}

function valueText(value: unknown): string {
  return typeof value === 'string' && !looksLike.test(value) ? value : JSON.stringify(value);
}
