import { app } from 'electron';
import * as engine from 'procession';
import { UtilityHost } from '../../src/main/utility-host';
import { scenarios } from '.';
import { runScenario } from './context';

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

async function run(name: string): Promise<string | null> {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (!scenario) return `There is no scenario "${name}".`;
  try {
    await runScenario(scenario, engine, fixtures, 'utility', () => new UtilityHost());
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

void app.whenReady().then(() => {
  process.on('message', (name: string) => void run(name).then((failure) => process.send?.({ name, failure })));
  process.on('disconnect', () => app.exit(0));
  process.send?.('ready');
});
