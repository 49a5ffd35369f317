import type { Labelled } from './stored.ts';
import type { Resource } from '../kube/resources.ts';
import { LeftAlone } from '../core/errors.ts';
import { annotation, label } from './labels.ts';

/** `odd`: the label says neither `true` nor `false`, such as `True`, `yes` or nothing. */
export type HoldLabel = 'true' | 'odd';

/**
 * How the label of a snapshot, or of its content, holds it; undefined when it does not. Who sets such a label wants
 * something kept, so that only an explicit `false` lets it go, as no label does.
 */
export function holdLabelOf({ metadata }: Labelled): HoldLabel | undefined {
  const value = metadata.labels?.[label.hold];
  if (value === undefined || value === 'false') return undefined;
  return value === 'true' ? 'true' : 'odd';
}

/**
 * Whether somebody holds the content itself. The hold that `sync-metadata` has copied to it speaks for its snapshot, which
 * has the last word as long as it is there.
 */
export function isHeldItself(content: Labelled): boolean {
  return (
    holdLabelOf(content) !== undefined && content.metadata.annotations?.[annotation.holdCopied] === undefined
  );
}

/** Rejects a deletion that would take the data of a content along which somebody holds. */
export function requireNotHeldItself(content: Labelled, { kind, plural }: Resource): void {
  if (!isHeldItself(content)) return;
  const { name } = content.metadata;
  throw new LeftAlone(
    `${kind} '${name}' is held by a user, and its data would go as well; release it with: kubectl label ${plural} ${name} ${label.hold}-`,
  );
}
