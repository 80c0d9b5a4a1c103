import { answers } from './answers';
import { code } from './code';
import { commands } from './commands';
import { deaths } from './deaths';
import { faults } from './faults';
import { lifecycle } from './lifecycle';
import { limits } from './limits';
import { maps } from './maps';
import { meetings } from './meetings';
import { objects } from './objects';
import { queue } from './queue';
import { regressions } from './regressions';
import type { Scenario } from './scenario';
import { schedules } from './schedules';
import { stalls } from './stalls';
import { targets } from './targets';

/** Everything that every host must show. */
export const scenarios: readonly Scenario[] = [
  ...answers,
  ...targets,
  ...meetings,
  ...schedules,
  ...queue,
  ...maps,
  ...commands,
  ...objects,
  ...code,
  ...faults,
  ...deaths,
  ...stalls,
  ...limits,
  ...regressions,
  ...lifecycle,
];
