import { randomUUID } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { realPathOf } from '../jobs/inside-folder';
import type { PlannedJob } from '../jobs/plan';
import { untrustedCode } from '../jobs/trust';
import type { TrustQuestion } from '../shared/ipc';
import { hashCode } from './trusted/code-hash';
import type { TrustedCode } from './trusted/trusted-code';

/**
 * Which folders' own code may run.
 *
 * Opening a job file never runs anything. Before code of a folder runs for the first time, or after it has changed, the
 * person sees folder and targets, and what they agree to is that question: its ticket, not a path that the page names,
 * and the code as it was when they were asked.
 */
export class Trust {
  readonly #bundled: readonly string[];
  readonly #agreed: TrustedCode;
  readonly #asked = new Map<string, { readonly folder: string; readonly hashes: readonly string[] }>();

  /**
   * @param bundled folders that came with the app
   * @param agreed what the person has agreed to before
   */
  constructor(bundled: readonly string[], agreed: TrustedCode) {
    this.#bundled = bundled;
    this.#agreed = agreed;
  }

  /** What has to be asked before these jobs may run; empty when nothing has. */
  questions(jobs: readonly PlannedJob[]): TrustQuestion[] {
    const folders = new Map<string, { readonly names: Set<string>; readonly hashes: Set<string> }>();
    const modules = new Map<string, string>();
    for (const code of untrustedCode(jobs, this.#bundled)) {
      const folder = realPathOf(dirname(code.job.file));
      const hash = hashCode(code, modules);
      if (this.#agreed.has(folder, hash)) continue;
      const { names, hashes } = folders.get(folder) ?? { names: new Set<string>(), hashes: new Set<string>() };
      names.add(code.kind === 'command' ? code.command : `${relative(folder, code.module)}#${code.exportName}`);
      folders.set(folder, { names, hashes: hashes.add(hash) });
    }
    return [...folders].map(([folder, { names, hashes }]) => {
      const ticket = randomUUID();
      this.#asked.set(ticket, { folder, hashes: [...hashes] });
      return { ticket, folder, targets: [...names], isChanged: this.#agreed.knows(folder) };
    });
  }

  /** The person said yes. A ticket that was never given out, or was used, means nothing. */
  accept(ticket: string): void {
    const asked = this.#asked.get(ticket);
    if (asked === undefined) return;
    this.#asked.delete(ticket);
    this.#agreed.add(asked.folder, asked.hashes);
  }
}
