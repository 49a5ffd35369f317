import type { CreateSettings } from './settings/create.ts';
import type { Preflight } from './preflight.ts';

/** What a backup would do, by what its checks have found. */
export interface Intent {
  readonly dump: readonly PlannedDump[];
  readonly snapshot: readonly PlannedSnapshot[];
  /** The class of group snapshots by which all are cut as one group. */
  readonly groupClass?: string;
  /** Names of the hooks that it would run, and in which pod. */
  readonly hooks: readonly { readonly name: string; readonly pod: string }[];
  /** Where it would take one of the node's slots: the directory is there, and can be used. */
  readonly lockDirectory?: string;
}

interface PlannedDump {
  /** Its name. */
  readonly engine: string;
  readonly pod: string;
  readonly container: string;
  /** By name. */
  readonly databases: readonly string[];
}

interface PlannedSnapshot {
  readonly pvc: string;
  readonly className: string;
  /** `Delete` or `Retain`; empty where that may not be looked at. */
  readonly deletionPolicy: string;
}

export function intentOf(
  { plan: { volumes, groupClass }, databases, hooks }: Preflight,
  { nodeSlots }: Pick<CreateSettings, 'nodeSlots'>,
): Intent {
  return {
    dump: databases.map(({ server, checked }) => ({
      engine: server.engine,
      pod: checked.container.pod,
      container: checked.container.container,
      databases: checked.databases,
    })),
    snapshot: volumes.map(({ pvc, className, deletionPolicy }) => ({ pvc, className, deletionPolicy })),
    ...(groupClass !== undefined && { groupClass }),
    hooks: hooks.map(({ hook, container }) => ({ name: hook.name, pod: container.pod })),
    ...(nodeSlots && { lockDirectory: nodeSlots.directory }),
  };
}
