import type { KubeObject } from '../kube/object.ts';
import { label } from './labels.ts';

/** `odd`: the label says neither `true` nor `false`, such as `True`, `yes` or nothing. */
export type HoldLabel = 'true' | 'odd';

/**
 * How the label of a VolumeSnapshot, or of its content, holds it; undefined when it does not. Who sets such a label wants
 * something kept, so that only an explicit `false` lets it go, as no label does.
 */
export function holdLabelOf({ metadata }: Pick<KubeObject, 'metadata'>): HoldLabel | undefined {
  const value = metadata.labels?.[label.hold];
  if (value === undefined || value === 'false') return undefined;
  return value === 'true' ? 'true' : 'odd';
}
