import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busCall, socketOf } from '../src/main/desktop/session-bus';

/** A session bus of a test's own, on which somebody watches for icons of the tray, as a panel does. */
export class BusWithTray {
  readonly address: string;
  readonly #folder: string;
  readonly #daemon: ChildProcess;
  readonly #watcher: Socket;
  #heard = '';

  private constructor(folder: string, address: string, daemon: ChildProcess, watcher: Socket) {
    this.#folder = folder;
    this.address = address;
    this.#daemon = daemon;
    this.#watcher = watcher;
    watcher.on('data', (data) => {
      this.#heard += data.toString('latin1');
    });
  }

  static async start(): Promise<BusWithTray> {
    const folder = await mkdtemp(join(tmpdir(), 'procession-bus-'));
    const daemon = spawn(
      'dbus-daemon',
      ['--session', '--nofork', '--nopidfile', '--print-address=1', `--address=unix:path=${folder}/bus`],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [line] = (await once(daemon.stdout, 'data')) as [Buffer];
    const address = line.toString('utf8').trim();
    const watcher = createConnection(socketOf(address) ?? '');
    watcher.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')}\r\n`);
    await once(watcher, 'data');
    const bus = new BusWithTray(folder, address, daemon, watcher);
    watcher.write('BEGIN\r\n');
    watcher.write(busCall(1, 'Hello', []));
    watcher.write(busCall(2, 'RequestName', ['org.kde.StatusNotifierWatcher', 0]));
    return bus;
  }

  /** Everything that was sent to the panel so far. */
  get heard(): string {
    return this.#heard;
  }

  async stop(): Promise<void> {
    this.#watcher.destroy();
    this.#daemon.kill();
    await once(this.#daemon, 'exit');
    await rm(this.#folder, { recursive: true, force: true });
  }
}
