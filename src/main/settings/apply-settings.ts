import { nativeTheme } from 'electron';
import type { ProcessServer } from '../../core/process-server';
import { parseDuration, parseMemory } from '../../shared/job-units';
import type { Settings } from '../../shared/settings';
import { workerCount } from './settings-schema';

/** Makes the engine and the theme as the settings say, while they work. */
export function applySettings(settings: Settings, before: Settings | null, server: ProcessServer): void {
  const { memory, idleTimeout, theme } = settings;
  if (theme !== before?.theme) nativeTheme.themeSource = theme;
  server.configure({
    memoryMiB: memory === null ? null : (parseMemory(memory) ?? null),
    idleTimeoutMs: idleTimeout === null ? null : (parseDuration(idleTimeout) ?? null),
  });
  const wanted = workerCount(settings);
  if (wanted !== server.realNumProcs) server.resize(wanted);
}
