import type { ReportSpan } from './inspect-document';

/**
 * Whether a text is JSON and nothing more: the YAML reader, which knows positions, would also take comments, single
 * quotes and missing commas. Reports the place of the first fault.
 */
export function checkStrictJson(text: string, report: ReportSpan): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const offset = offsetOf(message, text);
    const sentence =
      offset >= text.trimEnd().length
        ? 'The JSON ends too early.'
        : `This is not JSON: ${JSON.stringify(text[offset] ?? '')} cannot stand here.`;
    report(offset, offset + 1, 'E003', sentence);
    return false;
  }
}

/** V8 tells the position in most messages, and for short texts only the character that it did not expect. */
function offsetOf(message: string, text: string): number {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  if (/end of JSON/i.test(message)) return text.trimEnd().length;
  const token = /Unexpected token '?(.)/u.exec(message)?.[1];
  return token === undefined ? 0 : Math.max(0, text.indexOf(token));
}
