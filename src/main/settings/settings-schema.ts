import { statSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { parseDuration, parseMemory } from '../../shared/job-units';
import { defaultSettings, type SettingName, type Settings } from '../../shared/settings';

/** The most worker processes that make sense here. */
export const processors = typeof availableParallelism === 'function' ? availableParallelism() : cpus().length;

/**
 * How many worker processes there are to be.
 *
 * @param most processors of the machine
 */
export const workerCount = ({ processes, keepCoreFree }: Settings, most: number = processors): number =>
  Math.max(1, Math.min(processes ?? most, most - (keepCoreFree ? 1 : 0)));

const duration = z.string().refine((text) => parseDuration(text) !== undefined);
const memory = z.string().refine((text) => parseMemory(text) !== undefined);

/** Each setting, as it may be stored. */
const fields = {
  processes: z.int().min(1).max(1024).nullable(),
  keepCoreFree: z.boolean(),
  pauseOnBattery: z.boolean(),
  memory: memory.nullable(),
  idleTimeout: duration.nullable(),
  theme: z.enum(['system', 'light', 'dark']),
  notifications: z.boolean(),
  keepAwake: z.boolean(),
  trayIcon: z.boolean(),
  keepInTray: z.boolean(),
  historyDays: z.int().min(1).max(36_500).nullable(),
  jobFolder: z.string().nullable(),
} satisfies { readonly [Name in SettingName]: z.ZodType<Settings[Name]> };

/** Settings on disk. What is missing, of an older version, or of a newer one, is as at first; the rest is kept. */
export const settingsSchema: z.ZodType<Settings> = z.object({
  processes: fields.processes.catch(defaultSettings.processes),
  keepCoreFree: fields.keepCoreFree.catch(defaultSettings.keepCoreFree),
  pauseOnBattery: fields.pauseOnBattery.catch(defaultSettings.pauseOnBattery),
  memory: fields.memory.catch(defaultSettings.memory),
  idleTimeout: fields.idleTimeout.catch(defaultSettings.idleTimeout),
  theme: fields.theme.catch(defaultSettings.theme),
  notifications: fields.notifications.catch(defaultSettings.notifications),
  keepAwake: fields.keepAwake.catch(defaultSettings.keepAwake),
  trayIcon: fields.trayIcon.catch(defaultSettings.trayIcon),
  keepInTray: fields.keepInTray.catch(defaultSettings.keepInTray),
  historyDays: fields.historyDays.catch(defaultSettings.historyDays),
  jobFolder: fields.jobFolder.catch(defaultSettings.jobFolder),
});

const numeric: ReadonlySet<SettingName> = new Set(['processes', 'historyDays']);

/** What must be typed, in words that stand behind "must be". */
const phrases: Readonly<Partial<Record<SettingName, string>>> = {
  processes: `a whole number from 1 to ${processors}`,
  memory: 'an amount of memory from 32MiB on, such as 512MiB or 2GiB',
  idleTimeout: 'a duration with a unit, such as 90s or 10m',
  historyDays: 'a whole number of days from 1 to 36500',
  jobFolder: 'the whole path of a folder that is there',
};

export type ReadSetting =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problem: string };

/** The settings with one of them as it was typed; or what it must be. */
export function withSetting(settings: Settings, name: SettingName, typed: string | boolean): ReadSetting {
  const value = valueOf(name, typed);
  const checked = fields[name].safeParse(value);
  if (checked.success && fits(name, checked.data)) return { ok: true, settings: { ...settings, [name]: checked.data } };
  const shown = typeof typed === 'string' ? JSON.stringify(typed.slice(0, 60)) : String(typed);
  return { ok: false, problem: `It must be ${phrases[name] ?? 'one of those that are offered'}, not ${shown}.` };
}

function valueOf(name: SettingName, typed: string | boolean): unknown {
  if (typeof typed === 'boolean') return typed;
  const text = typed.trim();
  if (text === '') return null;
  return numeric.has(name) && /^\d{1,9}$/.test(text) ? Number(text) : text;
}

/** What depends on this machine is checked when it is typed; what is stored is taken as far as it goes. */
function fits(name: SettingName, value: unknown): boolean {
  if (name === 'processes') return value === null || Number(value) <= processors;
  if (name !== 'jobFolder' || value === null) return true;
  return (
    typeof value === 'string' && isAbsolute(value) && statSync(value, { throwIfNoEntry: false })?.isDirectory() === true
  );
}
