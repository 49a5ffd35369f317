import type { ManagedSnapshot } from './managed.ts';

/** How much of an app a backup has. */
export interface Fullness {
  /** Databases that it has dumps of. */
  readonly dumps: number;
  /** Volumes that it has ready snapshots of. */
  readonly volumes: number;
}

/** Positive when the first has more. Dumps count first: they are what makes a backup consistent for the app. */
export function compareFullness(one: Fullness, other: Fullness): number {
  return one.dumps - other.dumps || one.volumes - other.volumes;
}

/** A snapshot whose backup cannot be told from its label is the whole of it. */
export function backupOf({ namespace, name, backup }: ManagedSnapshot): string {
  return backup === undefined ? `${namespace}/snapshot/${name}` : `${namespace}/backup/${backup}`;
}

/** Of the backup of each of these snapshots, as far as it is among them. */
export function fullnessIn(snapshots: readonly ManagedSnapshot[]): (snapshot: ManagedSnapshot) => Fullness {
  const volumes = new Map<string, number>();
  for (const snapshot of snapshots) {
    if (!isPart(snapshot)) continue;
    const key = backupOf(snapshot);
    volumes.set(key, (volumes.get(key) ?? 0) + 1);
  }
  return (snapshot) => ({ dumps: snapshot.dumps, volumes: volumes.get(backupOf(snapshot)) ?? 1 });
}

/** What is not ready, or is to go, is not to be counted on; a backup that lacks it is a lesser one. */
function isPart({ backup, isReady, deleteAfter }: ManagedSnapshot): boolean {
  return backup !== undefined && isReady && deleteAfter === undefined;
}
