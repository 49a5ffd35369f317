import type { SimulationResult } from '../../../src/retention/simulation/result.ts';
import { simulate } from '../../../src/retention/simulation/simulate.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { simulateSettings } from '../../../src/retention/simulation/settings.ts';
import type { Tier } from '../../../src/snapshots/tiers.ts';
import { TestClock } from '../../kube/test-clock.ts';
import { sourcesOf } from '../../settings/sources.ts';

/** What the command resolves to with these flags and variables, by the names of the settings. It is 2026-11-20. */
export async function simulated(
  flags: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
  signal = new AbortController().signal,
): Promise<SimulationResult> {
  const { settings } = readSettings(simulateSettings, sourcesOf(environment, flags));
  return await simulate(settings, { clock: new TestClock(), signal });
}

/** The days, in UTC, of the snapshots that have the tier at the end; the newest first. */
export function daysIn({ snapshots }: SimulationResult, tier: Tier): string[] {
  return snapshots.filter(({ tiers }) => tiers.includes(tier)).map(({ madeAt }) => madeAt.slice(0, 10));
}
