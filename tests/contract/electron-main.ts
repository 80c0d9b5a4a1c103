import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
import * as engine from 'procession';
import { UtilityHost } from '../../src/main/utility-host';
import { scenarios } from '.';
import { type LaunchProgram, runScenario } from './context';
import { SharedServers } from './shared-servers';

/*
 * An Electron app that runs contract scenarios in its main process, where utility processes can be made. It is told
 * which over its message channel, one name at a time, and answers with what went wrong, if anything.
 */
app.commandLine.appendSwitch('disable-gpu');
// Without this a dialog would come up, which nobody is there to close.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exit(1);
});

const fixtures = process.env.CONTRACT_FIXTURES ?? '';
const servers = new SharedServers(engine, () => new UtilityHost());

async function run(name: string): Promise<string | null> {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (!scenario) return `There is no scenario "${name}".`;
  try {
    await runScenario(scenario, engine, fixtures, 'utility', launch, servers);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** The same app once more, with data of its own, and told by its environment what to do. */
const launch: LaunchProgram = (file, folder) => {
  const data = `--user-data-dir=${join(app.getPath('userData'), '..', 'program')}`;
  const args = process.argv.slice(1).map((arg) => (arg.startsWith('--user-data-dir=') ? data : arg));
  const env = { ...process.env, CONTRACT_PROGRAM: file, CONTRACT_FOLDER: folder };
  return spawn(process.execPath, args, { stdio: 'ignore', env });
};

interface Program {
  run(library: typeof engine, options: engine.ProcessServerOptions, folder: string): void;
}

void app.whenReady().then(async () => {
  const { CONTRACT_PROGRAM, CONTRACT_FOLDER = '' } = process.env;
  if (CONTRACT_PROGRAM !== undefined) {
    const program = (await import(pathToFileURL(CONTRACT_PROGRAM).href)) as Program;
    program.run(engine, { host: new UtilityHost() }, CONTRACT_FOLDER);
    return;
  }
  process.on('message', (name: string) => void run(name).then((failure) => process.send?.({ name, failure })));
  process.on('disconnect', () => void servers.stop().finally(() => app.exit(0)));
  process.send?.('ready');
});
