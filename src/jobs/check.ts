import { checkFields, checkTotal } from './check-fields';
import { checkNeeds } from './check-needs';
import { checkOutput, checkSameOutput } from './check-output';
import { checkPlaceholders } from './check-placeholders';
import type { Checker } from './checker';

/** What the schema cannot say, because it is about several values together. Notes every problem with the checker. */
export function checkJobs(checker: Checker): void {
  checkIds(checker);
  for (const full of checker.jobs) {
    checkFields(full, checker);
    checkPlaceholders(full, checker);
    checkOutput(full, checker);
  }
  checkSameOutput(checker);
  checkNeeds(checker);
  checkTotal(checker);
  checkEnabled(checker);
}

function checkIds({ ids, source, report }: Checker): void {
  const seen = new Map<string, number>();
  for (const [index, id] of ids.entries()) {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    else
      report(
        ['jobs', index, 'id'],
        'E201',
        `Job id "${id}" is used twice; the first is on line ${source.lineOf(['jobs', first, 'id'])}.`,
      );
  }
}

function checkEnabled({ jobs, report }: Checker): void {
  const [first] = jobs;
  if (first && jobs.every(({ spec }) => spec.enabled === false))
    report(first.pathOf('enabled'), 'E213', 'No job of the file is switched on, so there is nothing to run.');
}
