/** One measured number, and whether it is as good as it must be. Printed as a line of JSON. */
export interface Figure {
  readonly bench: string;
  readonly ours: number;
  readonly peer: number;
  readonly floor: number;
  /** What the rule is about: how many times better than the peer, or how many times the floor. */
  readonly ratio: number;
  readonly unit: 's' | 'ms' | 'MB';
  readonly limit: number;
  readonly rule: 'peer / ours >= limit' | 'ours / floor <= limit';
  readonly holds: boolean;
}

type Measured = Pick<Figure, 'bench' | 'ours' | 'peer' | 'floor' | 'unit' | 'limit'>;

/** Ours must be at least `limit` times as good as the peer; `ratio` is the median of the rounds' ratios. */
export function atLeastAsGood(measured: Measured, ratio: number): Figure {
  return figure(measured, ratio, 'peer / ours >= limit', ratio >= measured.limit);
}

/** Ours may be at most `limit` times the floor of the same run, whatever the peer does, and however quick the machine is. */
export function timesTheFloor(measured: Measured): Figure {
  const ratio = measured.ours / measured.floor;
  return figure(measured, ratio, 'ours / floor <= limit', ratio <= measured.limit);
}

/** Whether all of it are numbers: a benchmark that has measured nothing has no figure. */
export function isMeasured({ ours, peer, floor, ratio }: Figure): boolean {
  return [ours, peer, floor, ratio].every(Number.isFinite);
}

function figure(measured: Measured, ratio: number, rule: Figure['rule'], holds: boolean): Figure {
  const { bench, ours, peer, floor, unit, limit } = measured;
  const numbers = { ours: rounded(ours), peer: rounded(peer), floor: rounded(floor), ratio: rounded(ratio) };
  return { bench, ...numbers, unit, limit, rule, holds };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
