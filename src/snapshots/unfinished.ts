import type { Labelled, StoredSnapshot } from './stored.ts';
import { annotation, isReady, label } from './labels.ts';

/**
 * What a snapshot says of itself while its backup is being made, in the label `backup-ns.sh/unfinished`: `uncut-of-2`
 * until all two are known to be cut while the app was at rest, `unready-of-2` until both are ready, and then nothing.
 * It stands on the snapshot, as who may change that may spoil the backup anyway: no note elsewhere can.
 */
export interface Unfinished {
  readonly stage: 'uncut' | 'unready';
  /** How many snapshots the backup is to have. */
  readonly of: number;
}

export function unfinishedMark({ stage, of }: Unfinished): string {
  return `${stage}-of-${of}`;
}

/** Undefined for one that has no mark, or one that nobody understands. */
export function unfinishedOf({ metadata }: Labelled): Unfinished | undefined {
  const [, stage, of] =
    /^(uncut|unready)-of-([1-9]\d{0,3})$/.exec(metadata.labels?.[label.unfinished] ?? '') ?? [];
  return stage === undefined ? undefined : { stage: stage as Unfinished['stage'], of: Number(of) };
}

/**
 * What a backup is whose run is over, by all snapshots that carry its id: `complete`, although the run could not say so,
 * or `spoilt`. One that was cut in one moment is complete as soon as all its snapshots are ready; and so is one of which
 * a snapshot says nothing any more, which only the last step of a run makes it do.
 */
export function verdictOn(snapshots: readonly StoredSnapshot[]): 'complete' | 'spoilt' {
  if (snapshots.some(({ metadata }) => metadata.annotations?.[annotation.failed] !== undefined))
    return 'spoilt';
  if (snapshots.some(({ metadata }) => metadata.labels?.[label.unfinished] === undefined)) return 'complete';
  const marks = snapshots.map(unfinishedOf);
  // The first that is not uncut any more says it of all.
  const isCut = marks.some((mark) => mark?.stage === 'unready');
  const isWhole = marks.every((mark) => mark?.of === snapshots.length);
  return isCut && isWhole && snapshots.every(isReady) ? 'complete' : 'spoilt';
}
