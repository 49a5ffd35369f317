import type { BenchTools } from '../benchmark.ts';
import { atLeastAsGood, type Figure } from '../figure.ts';
import { medianOf } from '../median.ts';
import type { Changes, Clients } from './clients.ts';

export interface Round {
  readonly ours: number;
  readonly raw: number;
  /** Of the raw client, without the start of its process. */
  readonly requests: number;
}

/** Ours takes labels off, the raw client puts them back with as many requests, and so on. */
export async function measureRounds(
  clients: Clients,
  changes: Changes,
  rounds: number,
  { report }: BenchTools,
): Promise<Round[]> {
  const done: Round[] = [];
  const wanted = Object.keys(changes).length;
  for (let round = 0; round <= rounds; round++) {
    report(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
    const ours = await clients.ours();
    const changed = Object.keys(ours.changes).length;
    if (changed !== wanted) throw new Error(`retain changed ${changed} snapshots, not ${wanted}`);
    const { seconds: raw, requests } = await clients.raw(ours.changes);
    if (round > 0) done.push({ ours: ours.seconds, raw, requests });
  }
  return done;
}

/** Ours may take a quarter more than the client that only sends. */
export function figureOf(bench: string, rounds: readonly Round[]): Figure {
  const of = (number: (round: Round) => number) => medianOf(rounds, number);
  const numbers = {
    ours: of(({ ours }) => ours),
    peer: of(({ raw }) => raw),
    floor: of(({ requests }) => requests),
  };
  return atLeastAsGood(
    { bench, ...numbers, unit: 's', limit: 0.8 },
    of(({ ours, raw }) => raw / ours),
  );
}

export function rowOf(title: string, rounds: readonly Round[]) {
  const of = (number: (round: Round) => number) => medianOf(rounds, number);
  return [
    title,
    of(({ ours }) => ours),
    of(({ raw }) => raw),
    of(({ requests }) => requests),
    of(({ ours, raw }) => ours / raw),
  ];
}
