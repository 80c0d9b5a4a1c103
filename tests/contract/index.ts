import { answers } from './answers';
import { faults } from './faults';
import { lifecycle } from './lifecycle';
import { maps } from './maps';
import { meetings } from './meetings';
import { queue } from './queue';
import type { Scenario } from './scenario';
import { schedules } from './schedules';

/** Everything that every host must show. */
export const scenarios: readonly Scenario[] = [
  ...answers,
  ...meetings,
  ...schedules,
  ...queue,
  ...maps,
  ...faults,
  ...lifecycle,
];
