/** What a person reads when Procession itself has failed: what happened, what that means, and what to do. */
export function internalErrorText(error: unknown): string {
  const what = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  return [
    `internal error: ${what}`,
    'This is a fault of Procession or of its installation, not of your files; what was recorded of a run is kept.',
    'Install Procession again. If it comes back, report it with the lines above.',
    '',
  ].join('\n');
}
