import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppLog } from '../../../../src/main/desktop/app-log';
import { readBattery } from '../../../../src/main/desktop/battery';
import { trayModel } from '../../../../src/main/desktop/tray-model';
import { leastSize, parsePlace, placeOf } from '../../../../src/main/desktop/window-place';
import { Examples } from '../../../../src/main/opening/examples';
import { workerCount } from '../../../../src/main/settings/settings-schema';
import { defaultSettings } from '../../../../src/shared/settings';

const root = mkdtempSync(join(tmpdir(), 'procession-desktop-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('the tray', () => {
  const idle = { active: 0, running: 0, waiting: 0, share: null, hasFailed: false };

  it('says how the queue stands, and offers to pause it or to let it go on', () => {
    expect(trayModel(idle, false)).toEqual({
      look: 'plain',
      state: 'Nothing to do',
      tooltip: 'Procession\nNothing to do',
      queue: 'pause',
    });
    const busy = { active: 5, running: 2, waiting: 3, share: 0.429, hasFailed: false };
    expect(trayModel(busy, false)).toMatchObject({
      state: '2 running, 3 waiting',
      tooltip: 'Procession\n2 running, 3 waiting\n42% done',
    });
    expect(trayModel(busy, true)).toMatchObject({
      look: 'paused',
      state: '2 running, 3 waiting (queue paused)',
      queue: 'resume',
    });
  });

  it('shows a failure before anything else', () => {
    const failed = { active: 1, running: 1, waiting: 0, share: 0.5, hasFailed: true };
    expect(trayModel(failed, true)).toEqual({
      look: 'failed',
      state: '1 running, 0 waiting (queue paused)',
      tooltip: 'Procession\n1 running, 0 waiting (queue paused)\n50% done, with a failure',
      queue: 'resume',
    });
  });
});

describe('where the window opens', () => {
  const laptop = { x: 0, y: 25, width: 1440, height: 875 };
  const screen = { x: 1440, y: 0, width: 2560, height: 1440 };
  const stored = (x: number, y: number, width = 1000, height = 700) => ({
    bounds: { x, y, width, height },
    isMaximized: false,
    isFullScreen: false,
  });

  it('at first is in the middle of the first display, and fits into a small one', () => {
    expect(placeOf(null, [laptop, screen])).toEqual({ x: 80, y: 63, width: 1280, height: 800 });
    expect(placeOf(null, [{ x: 0, y: 0, width: 1024, height: 700 }])).toEqual({ x: 0, y: 0, width: 1024, height: 700 });
  });

  it('is where it was, also on another display, also when a part of it is out of sight', () => {
    expect(placeOf(stored(1600, 300), [laptop, screen])).toEqual({ x: 1600, y: 300, width: 1000, height: 700 });
    expect(placeOf(stored(-700, 300), [laptop])).toEqual({ x: -700, y: 300, width: 1000, height: 700 });
  });

  it('is never where nobody can take hold of it', () => {
    const middle = { x: 220, y: 113, width: 1000, height: 700 };
    expect(placeOf(stored(1600, 300), [laptop])).toEqual(middle);
    expect(placeOf(stored(-900, 300), [laptop])).toEqual(middle);
    expect(placeOf(stored(200, -300), [laptop])).toEqual(middle);
    expect(placeOf(stored(200, 890), [laptop])).toEqual(middle);
    // Its bar lies under the panel of the desktop: it is moved below it.
    expect(placeOf(stored(200, 20), [laptop])).toEqual({ x: 200, y: 25, width: 1000, height: 700 });
  });

  it('has a size that the display has room for, and that the page has room in', () => {
    expect(placeOf(stored(100, 100, 5000, 3000), [laptop])).toMatchObject({ width: 1440, height: 875 });
    expect(placeOf(stored(100, 100, 10, 10), [laptop])).toMatchObject(leastSize);
  });

  it('is read from a file that holds a place or none, and from no other', () => {
    const place = stored(-20, 40);
    expect(parsePlace(JSON.parse(JSON.stringify(place)))).toEqual(place);
    expect(parsePlace(null)).toBeNull();
    const others = [
      {},
      [],
      7,
      'x',
      { ...place, isMaximized: 1 },
      { ...place, bounds: null },
      { ...place, bounds: { ...place.bounds, width: 0 } },
      { ...place, bounds: { ...place.bounds, x: 1e9 } },
      { ...place, bounds: { ...place.bounds, y: 0.5 } },
    ];
    for (const other of others) expect(() => parsePlace(other), JSON.stringify(other)).toThrow(TypeError);
  });
});

it('a processor is kept free where there are several', () => {
  const free = { ...defaultSettings, keepCoreFree: true };
  expect(workerCount(defaultSettings, 8)).toBe(8);
  expect(workerCount(free, 8)).toBe(7);
  expect(workerCount({ ...free, processes: 8 }, 8)).toBe(7);
  expect(workerCount({ ...free, processes: 3 }, 8)).toBe(3);
  expect(workerCount(free, 1)).toBe(1);
  expect(workerCount({ ...defaultSettings, processes: 64 }, 8)).toBe(8);
});

describe('power of a Linux machine', () => {
  const supplies = (name: string, all: Readonly<Record<string, Readonly<Record<string, string>>>>): string => {
    const folder = join(root, name);
    for (const [supply, files] of Object.entries(all)) {
      mkdirSync(join(folder, supply), { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, supply, file), `${text}\n`);
    }
    return folder;
  };

  it('comes from the battery when that is being emptied and nothing feeds it', () => {
    const battery = { type: 'Battery', status: 'Discharging' };
    expect(readBattery(supplies('out', { BAT0: battery, AC: { type: 'Mains', online: '0' } }))).toBe(true);
    expect(readBattery(supplies('in', { BAT0: battery, AC: { type: 'Mains', online: '1' } }))).toBe(false);
    expect(readBattery(supplies('full', { BAT0: { type: 'Battery', status: 'Full' } }))).toBe(false);
  });

  it('is unknown without a battery of the machine itself', () => {
    const mouse = { type: 'Battery', scope: 'Device', status: 'Discharging' };
    expect(readBattery(supplies('mouse', { mouse, AC: { type: 'Mains', online: '1' } }))).toBeNull();
    expect(readBattery(join(root, 'not there'))).toBeNull();
  });
});

it('the log of the app keeps lines with their time, and puts a large file aside', () => {
  const log = new AppLog(join(root, 'logs'));
  log.write('first\nsecond');
  log.error('It did not stop', new RangeError('too far'));
  expect(readFileSync(log.path, 'utf8')).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z first\n {4}second\n\S+ It did not stop: RangeError: too far\n {4} +at /,
  );
  writeFileSync(log.path, 'x'.repeat(1_000_001));
  log.write('after');
  expect(readFileSync(log.path, 'utf8')).toMatch(/^\S+ after\n$/);
  expect(readFileSync(`${log.path}.1`, 'utf8')).toHaveLength(1_000_001);
});

it('each example says what it shows, and only examples are opened by their names', async () => {
  const examples = new Examples(join(__dirname, '../../../../examples'));
  const all = await examples.describe();
  expect(all.map(({ name, items }) => [name, items])).toEqual([
    ['brain-histogram.yaml', 20],
    ['heat.yaml', 1001],
    ['mandelbrot.yaml', 800],
    ['primes.yaml', 10_000_000],
  ]);
  for (const { title, text } of all) expect(text.length).toBeGreaterThan(title.length + 20);
  expect(await examples.path('heat.yaml')).toBe(join(examples.folder, 'heat.yaml'));
  expect(await examples.path('../package.json')).toBeUndefined();
});
