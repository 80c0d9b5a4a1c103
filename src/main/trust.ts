import { randomUUID } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { realPathOf } from '../jobs/inside-folder';
import type { PlannedJob } from '../jobs/plan';
import { untrustedCode } from '../jobs/trust';
import type { TrustQuestion } from '../shared/ipc';

/**
 * Which folders' own code may run, for this session.
 *
 * Opening a job file never runs anything. Before a target from a folder runs for the first time, the person sees
 * folder and targets, and what they agree to is that question: its ticket, not a path that the page names.
 */
export class Trust {
  readonly #bundled: readonly string[];
  readonly #agreed = new Set<string>();
  readonly #asked = new Map<string, string>();

  /** @param bundled folders that came with the app */
  constructor(bundled: readonly string[]) {
    this.#bundled = bundled;
  }

  /** What has to be asked before these jobs may run; empty when nothing has. */
  questions(jobs: readonly PlannedJob[]): TrustQuestion[] {
    const targets = new Map<string, Set<string>>();
    for (const code of untrustedCode(jobs, this.#bundled)) {
      const folder = realPathOf(dirname(code.job.file));
      if (this.#agreed.has(folder)) continue;
      const names = targets.get(folder) ?? new Set();
      const name = code.kind === 'command' ? code.command : `${relative(folder, code.module)}#${code.exportName}`;
      targets.set(folder, names.add(name));
    }
    return [...targets].map(([folder, names]) => {
      const ticket = randomUUID();
      this.#asked.set(ticket, folder);
      return { ticket, folder, targets: [...names] };
    });
  }

  /** The person said yes. A ticket that was never given out, or was used, means nothing. */
  accept(ticket: string): void {
    const folder = this.#asked.get(ticket);
    if (folder === undefined) return;
    this.#asked.delete(ticket);
    this.#agreed.add(folder);
  }
}
