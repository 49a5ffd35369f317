import { LeftAlone } from '../../core/errors.ts';
import type { ManagedSnapshot } from '../../snapshots/managed.ts';
import type { SnapshotContext, SnapshotProvider } from '../../snapshots/provider.ts';
import { readClaims, type Claim } from '../retain/claims.ts';
import { waitForGroups } from './groups.ts';
import type { SweepDecision } from './sweep.ts';

/**
 * Snapshots that a PVC waits to be made from: one that is on its way out gives no volume any more (external-provisioner:
 * getSnapshotSource), so its PVC would wait for ever, and the data go with the PVC. A class may have a restore begin only with
 * the first pod, days later. By `namespace/name`, the PVC.
 */
export type Restores = ReadonlyMap<string, string>;

/** A PVC of another namespace keeps nothing: its tenant has no say here. */
export function restoresOf(
  claims: readonly Claim[],
  provider: Pick<SnapshotProvider, 'dataSource'>,
): Restores {
  const source = provider.dataSource('');
  if (!source) return new Map();
  const { kind, apiGroup } = source;
  const waiting = claims.filter(({ awaits }) => awaits?.kind === kind && awaits.apiGroup === apiGroup);
  return new Map(waiting.map(({ namespace, pvc, awaits }) => [`${namespace}/${awaits?.name}`, pvc]));
}

/** Lets what is due wait as long as a PVC is to be made from it, and with it the members of its group. */
export function waitForRestores(
  decisions: readonly SweepDecision[],
  snapshots: readonly ManagedSnapshot[],
  restores: Restores,
): SweepDecision[] {
  const waiting = decisions.map((decision): SweepDecision => {
    const pvc = decision.fate === 'delete' ? restores.get(keyOf(decision.snapshot)) : undefined;
    return pvc === undefined ? decision : { ...decision, fate: 'wait', reason: reasonOf(pvc) };
  });
  return waitForGroups(waiting, snapshots);
}

/** How long what was read of a namespace counts. */
const freshMilliseconds = 60_000;

/** The restores of the moment: a run takes its time, in which people go on. */
export class PresentRestores {
  readonly #context: SnapshotContext;
  readonly #known = new Map<string, { readonly restores: Restores; readonly readAt: number }>();

  constructor(context: SnapshotContext) {
    this.#context = context;
  }

  /** Rejects when a PVC is to be made from the snapshot. */
  async requireNone(snapshot: ManagedSnapshot): Promise<void> {
    const pvc = (await this.#of(snapshot.namespace)).get(keyOf(snapshot));
    if (pvc !== undefined) throw new LeftAlone(`since it was listed: ${reasonOf(pvc)}`);
  }

  async #of(namespace: string): Promise<Restores> {
    const readAt = this.#context.clock.monotonic();
    const last = this.#known.get(namespace);
    if (last && readAt - last.readAt < freshMilliseconds) return last.restores;
    const claims = await readClaims(namespace, this.#context);
    const restores = restoresOf(claims, this.#context.snapshots);
    this.#known.set(namespace, { restores, readAt });
    return restores;
  }
}

function keyOf({ namespace, name }: ManagedSnapshot): string {
  return `${namespace}/${name}`;
}

function reasonOf(pvc: string): string {
  return `PVC '${pvc}' is to be made from it and has no volume yet`;
}
