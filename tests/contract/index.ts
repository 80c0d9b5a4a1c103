import { answers } from './answers';
import { arrays } from './arrays';
import { code } from './code';
import { commands } from './commands';
import { deaths } from './deaths';
import { faults } from './faults';
import { items } from './items';
import { lifecycle } from './lifecycle';
import { limits } from './limits';
import { mapFaults } from './map-faults';
import { maps } from './maps';
import { meetings } from './meetings';
import { objects } from './objects';
import { queue } from './queue';
import { regressions } from './regressions';
import type { Scenario } from './scenario';
import { schedules } from './schedules';
import { stalls } from './stalls';
import { targets } from './targets';

const all: readonly Scenario[] = [
  ...answers,
  ...targets,
  ...meetings,
  ...schedules,
  ...queue,
  ...maps,
  ...commands,
  ...items,
  ...mapFaults,
  ...objects,
  ...code,
  ...faults,
  ...deaths,
  ...stalls,
  ...limits,
  ...arrays,
  ...regressions,
  ...lifecycle,
];

/** Everything that every host must show, with ranks that meet as they do unless a server is told otherwise. */
export const scenarios: readonly Scenario[] = all;

/** What ranks that meet on the server must show too. They do so in the same way on every host. */
export const serverMeetings: readonly Scenario[] = all.filter((scenario) => scenario.meets).map(onServer);

/** The same with ranks that meet on the server. */
function onServer(scenario: Scenario): Scenario {
  return {
    ...scenario,
    name: `${scenario.name} (meetings on the server)`,
    run: (context) =>
      scenario.run({ ...context, server: (options) => context.server({ meetings: 'server', ...options }) }),
  };
}
