/** One measured number, and whether it is as good as it must be. Printed as a line of JSON. */
export interface Figure {
  readonly bench: string;
  readonly ours: number;
  readonly peer: number;
  readonly floor: number;
  /** How many times better than the peer: its number divided by ours. */
  readonly ratio: number;
  readonly unit: 's' | 'ms' | 'MB';
  readonly limit: number;
  readonly rule: 'ratio >= limit' | 'ours <= limit';
  readonly holds: boolean;
}

type Measured = Pick<Figure, 'bench' | 'ours' | 'peer' | 'floor' | 'unit' | 'limit'>;

/** Ours must be at least `limit` times as good as the peer; `ratio` is the median of the rounds' ratios. */
export function atLeastAsGood(measured: Measured, ratio: number): Figure {
  return figure(measured, ratio, 'ratio >= limit', ratio >= measured.limit);
}

/** Ours must be at most `limit`, whatever the peer does. */
export function atMost(measured: Measured): Figure {
  const ratio = measured.peer / measured.ours;
  return figure(measured, ratio, 'ours <= limit', measured.ours <= measured.limit);
}

function figure(measured: Measured, ratio: number, rule: Figure['rule'], holds: boolean): Figure {
  const { bench, ours, peer, floor, unit, limit } = measured;
  const numbers = { ours: rounded(ours), peer: rounded(peer), floor: rounded(floor), ratio: rounded(ratio) };
  return { bench, ...numbers, unit, limit, rule, holds };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
