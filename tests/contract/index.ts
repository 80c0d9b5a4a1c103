import { answers } from './answers';
import { arrays } from './arrays';
import { code } from './code';
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

/** Everything that every host must show. */
export const scenarios: readonly Scenario[] = [
  ...answers,
  ...meetings,
  ...schedules,
  ...queue,
  ...maps,
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
