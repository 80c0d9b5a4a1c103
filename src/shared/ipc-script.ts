/** Calls about scripts. */
export interface ScriptRequests {
  /**
   * Gives a script of the list other arguments for its next run, each as `name=value` like `--arg` in a terminal.
   * Resolves to what was left out of them, and why; null when all were taken.
   */
  setScriptArgs: (key: number, assignments: readonly string[]) => string | null;
}

export const scriptRequestNames = ['setScriptArgs'] as const satisfies readonly (keyof ScriptRequests)[];
