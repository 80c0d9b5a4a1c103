import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { processors } from '../../../../src/main/settings/settings-schema';
import { SettingsService } from '../../../../src/main/settings/settings-service';
import { defaultSettings, type Settings } from '../../../../src/shared/settings';

const root = mkdtempSync(join(tmpdir(), 'procession-settings-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

it('a setting acts at once, and is there at the next start', async () => {
  const settings = new SettingsService(folder);
  const heard: [Settings, Settings | null][] = [];
  settings.follow((now, before) => heard.push([now, before]));
  expect(heard).toEqual([[defaultSettings, null]]);
  const answer = settings.set('memory', ' 2GiB ');
  expect(answer).toEqual({ settings: { ...defaultSettings, memory: '2GiB' }, problem: null });
  expect(heard.at(-1)).toEqual([{ ...defaultSettings, memory: '2GiB' }, defaultSettings]);
  settings.set('memory', '2GiB');
  expect(heard).toHaveLength(2);
  await settings.flush();
  expect(new SettingsService(folder).value.memory).toBe('2GiB');
  expect(settings.set('memory', '').settings.memory).toBeNull();
  await settings.flush();
});

it.each([
  ['processes', '0', `It must be a whole number from 1 to ${processors}, not "0".`],
  ['processes', String(processors + 1), `It must be a whole number from 1 to ${processors}, not "${processors + 1}".`],
  ['processes', 'many', `It must be a whole number from 1 to ${processors}, not "many".`],
  ['memory', '2', 'It must be an amount of memory from 32MiB on, such as 512MiB or 2GiB, not "2".'],
  ['idleTimeout', '10', 'It must be a duration with a unit, such as 90s or 10m, not "10".'],
  ['historyDays', '1.5', 'It must be a whole number of days from 1 to 36500, not "1.5".'],
  ['jobFolder', '/no/such/folder', 'It must be the whole path of a folder that is there, not "/no/such/folder".'],
  ['theme', 'pink', 'It must be one of those that are offered, not "pink".'],
  ['keepAwake', 'yes', 'It must be one of those that are offered, not "yes".'],
  ['notifications', '', 'It must be one of those that are offered, not "".'],
] as const)('%s cannot be %j, and stays as it is', (name, typed, problem) => {
  const settings = new SettingsService(folder);
  expect(settings.set(name, typed)).toEqual({ settings: defaultSettings, problem });
});

it('of a file of another version what makes sense is kept', () => {
  writeFileSync(
    join(folder, 'settings.json'),
    JSON.stringify({ ...defaultSettings, theme: 'pink', keepAwake: false, processes: 1, later: true }),
  );
  expect(new SettingsService(folder).value).toEqual({ ...defaultSettings, keepAwake: false, processes: 1 });
});
