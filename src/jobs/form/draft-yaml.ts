import { Document, isCollection, isMap, isPair, isScalar } from 'yaml';

/** Fields whose mappings and lists stand on one line, as a person writes them. */
const onOneLine: ReadonlySet<string> = new Set(['run', 'range', 'schedule', 'retries', 'onFailure', 'output']);

/** Longest list that stands on one line. */
const longest = 100;

/**
 * A job as a job file of its own.
 *
 * @param note a line for the person who reads it, without `#`; none when it is null
 */
export function jobFileText(job: Readonly<Record<string, unknown>>, note: string | null): string {
  const document = new Document({ version: 1, jobs: [job] }, { version: '1.2', schema: 'core' });
  const entry = document.getIn(['jobs', 0]);
  if (isMap(entry))
    for (const pair of entry.items)
      if (isPair(pair) && isScalar(pair.key) && onOneLine.has(String(pair.key.value)) && isCollection(pair.value))
        pair.value.flow = JSON.stringify(pair.value).length <= longest;
  // Mappings with room inside, the command without, as the documentation writes them.
  const text = document
    .toString({ lineWidth: 0, flowCollectionPadding: true })
    .replace(/^( {4}run: \[) (.*) \]$/m, '$1$2]');
  return note === null ? text : `# ${note.replaceAll(/\s+/g, ' ')}\n${text}`;
}
