import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import * as engine from 'procession';
import { afterAll, describe, test } from 'vitest';
import { scenarios, serverMeetings } from '../../contract';
import { type LaunchProgram, runScenario } from '../../contract/context';
import { SharedServers } from '../../contract/shared-servers';

const program = resolve(import.meta.dirname, '../../contract/program.mjs');
const launch: LaunchProgram = (file, folder) => spawn(process.execPath, [program, file, folder], { stdio: 'ignore' });
const fixtures = resolve(import.meta.dirname, '../../contract/fixtures');

const servers = new SharedServers(engine);

describe('on worker processes of plain Node', () => {
  afterAll(() => servers.stop());

  test.each([...scenarios, ...serverMeetings].map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    async (_name, scenario) => {
      await runScenario(scenario, engine, fixtures, 'node', launch, servers);
    },
  );
});
