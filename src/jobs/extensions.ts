import { isRecord } from '../shared/is-record';

/** Fields of a job (or of `defaults`) that are mappings of the format, or may be. */
const mappings = ['range', 'output', 'schedule', 'retries', 'onFailure', 'needs'] as const;

/**
 * Takes out the keys that begin with `x-`, where the format has keys of its own; never inside `args`, `env` or
 * `matrix`, whose keys are names. Gives the same object back where there is nothing to take out.
 */
export function withoutExtensions(file: unknown): unknown {
  const top = withoutX(file);
  if (!isRecord(top)) return top;
  const { jobs, defaults } = top;
  return {
    ...top,
    ...(isRecord(defaults) && { defaults: withoutInner(defaults) }),
    ...(Array.isArray(jobs) && { jobs: jobs.map(withoutInner) }),
  };
}

function withoutInner(entry: unknown): unknown {
  const job = withoutX(entry);
  if (!isRecord(job)) return job;
  const cleaned = mappings.flatMap((key): [string, unknown][] => {
    const value = job[key];
    const clean = Array.isArray(value) ? (value.some(hasX) ? value.map(withoutX) : value) : withoutX(value);
    return clean === value ? [] : [[key, clean]];
  });
  return cleaned.length === 0 ? job : { ...job, ...Object.fromEntries(cleaned) };
}

function hasX(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).some(isExtension);
}

function withoutX(value: unknown): unknown {
  if (!isRecord(value) || !hasX(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !isExtension(key)));
}

const isExtension = (key: string): boolean => key.startsWith('x-');
