import { simulate as run } from '../retention/simulation/simulate.ts';
import { simulateSettings } from '../settings/simulate.ts';
import { defineCommand } from './command.ts';

export const simulate = defineCommand({
  name: 'simulate',
  summary: 'Show which snapshots a schedule and a policy would leave, day by day, without a cluster',
  settings: simulateSettings,
  endings: [],
  isOffline: true,
  byHand: true,
  run,
});
