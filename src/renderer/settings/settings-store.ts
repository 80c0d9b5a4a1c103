import { create } from 'zustand';
import type { SettingAnswer, SettingName, SettingsStart } from '../../shared/settings';
import { bridge } from '../bridge';

export interface SettingsState {
  /** Null until main has told. */
  readonly start: SettingsStart | null;
  /** What was typed and not taken, by setting, and why. */
  readonly wrong: Readonly<Partial<Record<SettingName, { readonly typed: string; readonly problem: string }>>>;
}

/** The settings as main has them. */
export const useSettings = create<SettingsState>()(() => ({ start: null, wrong: {} }));

/** Gets the settings from main, and looks as they say. */
export async function loadSettings(): Promise<void> {
  const start = await bridge.getSettings();
  useSettings.setState({ start });
}

/** Hands a setting to main as it was typed; it acts at once, or its problem is shown. */
export async function setSetting(name: SettingName, typed: string | boolean): Promise<void> {
  take(name, typed, await bridge.setSetting(name, typed));
}

export async function chooseJobFolder(): Promise<void> {
  take('jobFolder', '', await bridge.chooseJobFolder());
}

export async function forgetTrust(folder: string): Promise<void> {
  const trusted = await bridge.forgetTrust(folder);
  useSettings.setState(({ start }) => ({ start: start === null ? null : { ...start, trusted } }));
}

function take(name: SettingName, typed: string | boolean, { settings, problem }: SettingAnswer): void {
  useSettings.setState(({ start, wrong }) => {
    const { [name]: _, ...others } = wrong;
    return {
      start: start === null ? null : { ...start, settings },
      wrong: problem === null ? others : { ...others, [name]: { typed: String(typed), problem } },
    };
  });
}
