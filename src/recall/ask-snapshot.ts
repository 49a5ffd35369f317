import { UserError } from '../core/errors.ts';
import type { Engine } from '../databases/engine.ts';
import { explainFailure } from '../kube/explain-failure.ts';
import type { Setting } from '../settings/setting.ts';
import { missingSnapshot } from '../snapshots/managed.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import type { Value } from './value.ts';
import { recordedSettings } from './snapshot-settings.ts';

/** Settings, and who has them, as a sentence names it. */
export interface Answer {
  readonly of: string;
  readonly values: ReadonlyMap<string, Value>;
}

/**
 * Whoever may write to a snapshot may write any place there: no secret goes to it that somebody else has given, and never to
 * another server than the one in the container.
 */
export async function askSnapshot(
  engine: Engine,
  { namespace, missing }: { readonly namespace: string; readonly missing: readonly Setting<unknown>[] },
  name: string,
  context: SnapshotContext,
): Promise<Answer | undefined> {
  const { words } = context.snapshots;
  const doing = `Looking for ${words.kind} '${name}'`;
  const stored = await explainFailure('preflight', doing, () =>
    context.snapshots.find({ namespace, name }, context),
  );
  if (!stored) throw new UserError('preflight', missingSnapshot(words, { namespace, name }));
  const all = Object.values(engine.settings.table);
  if (all.some((setting) => setting.isSecret && !missing.includes(setting))) return undefined;
  const values = recordedSettings(
    stored,
    missing.filter(({ name }) => !/_(?:HOST|PORT)$/.test(name)),
  );
  return values.size === 0 ? undefined : { of: `${words.kind} '${name}'`, values };
}
