import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux tells of power supplies. */
export const powerSupplies = '/sys/class/power_supply';

/**
 * Whether a Linux machine lives on its battery: a battery is being emptied, and nothing feeds the machine.
 *
 * @param folder one folder for each power supply
 * @returns null where that cannot be told: there is no battery, or nothing is known of it
 */
export function readBattery(folder: string = powerSupplies): boolean | null {
  let isFed = false;
  const batteries: string[] = [];
  for (const name of entriesOf(folder)) {
    const type = read(join(folder, name, 'type'));
    // Of mice and head sets there are batteries too, which are their own business.
    if (read(join(folder, name, 'scope')) === 'Device') continue;
    if (type === 'Battery') batteries.push(read(join(folder, name, 'status')));
    else if (read(join(folder, name, 'online')) === '1') isFed = true;
  }
  if (batteries.length === 0) return null;
  return !isFed && batteries.includes('Discharging');
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
