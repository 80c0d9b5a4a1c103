import type { ResolvedTarget } from '../../shared/worker-protocol';
import { TargetNotFoundError } from '../errors';
import { ModuleBundler } from './module-bundler';
import { commandSpec, commandUrl, execSpec, execUrl, locateTarget, type TargetSpec } from './target-spec';

/**
 * Turns what a user wrote as a target into what a compute thread can import. The answer is given at once whenever
 * nothing has to be built.
 */
export class TargetResolver {
  readonly #bundler: ModuleBundler;

  /** @param folder where bundles go; asked when the first one is made */
  constructor(folder: () => string) {
    this.#bundler = new ModuleBundler(folder);
  }

  /**
   * @throws TypeError, TargetNotFoundError as {@link locateTarget} does, and when the file is not there
   * @throws TargetLoadError (as a rejection) when TypeScript does not compile
   */
  resolve(spec: TargetSpec, from?: string): ResolvedTarget | Promise<ResolvedTarget> {
    if (spec === execSpec) return { url: execUrl, exportName: 'run', label: 'concurrentExec' };
    if (spec === commandSpec) return { url: commandUrl, exportName: 'run', label: 'run' };
    const located = locateTarget(spec, from);
    const { exportName, label } = located;
    if (located.kind === 'builtin') return { url: `builtin:${located.name}`, exportName, label };
    const url = this.#bundler.urlOf(located.path, `The module of target ${label}`);
    if (url === undefined) throw new TargetNotFoundError(`The module of target ${label} is not there: ${located.path}`);
    return typeof url === 'string'
      ? { url, exportName, label }
      : url.then((built) => ({ url: built, exportName, label }));
  }
}
