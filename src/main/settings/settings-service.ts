import { join } from 'node:path';
import { defaultSettings, type SettingAnswer, type SettingName, type Settings } from '../../shared/settings';
import { JsonStore } from '../stored/json-store';
import { settingsSchema, withSetting } from './settings-schema';

/** Somebody who does as the settings say. */
export type SettingsListener = (settings: Settings, before: Settings | null) => void;

/** The settings: on disk, checked, and told to everybody whom they concern as soon as they change. */
export class SettingsService {
  readonly #store: JsonStore<Settings>;
  readonly #listeners: SettingsListener[] = [];

  /** @param dataFolder folder of the user's data */
  constructor(dataFolder: string) {
    this.#store = new JsonStore(join(dataFolder, 'settings.json'), settingsSchema, defaultSettings);
  }

  get value(): Settings {
    return this.#store.value;
  }

  /** Calls somebody now, and whenever a setting changes. */
  follow(listener: SettingsListener): void {
    this.#listeners.push(listener);
    listener(this.value, null);
  }

  /** Takes a setting as it was typed, unless it makes no sense. */
  set(name: SettingName, typed: string | boolean): SettingAnswer {
    const before = this.value;
    const read = withSetting(before, name, typed);
    if (!read.ok) return { settings: before, problem: read.problem };
    if (read.settings[name] !== before[name]) {
      this.#store.set(read.settings);
      for (const listener of this.#listeners) listener(read.settings, before);
    }
    return { settings: this.value, problem: null };
  }

  /** Resolves when everything is on disk. */
  flush(): Promise<void> {
    return this.#store.flush();
  }
}
