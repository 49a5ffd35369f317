import { createSettings } from '../settings/create.ts';
import { markAndDeleteSettings } from '../settings/mark-and-delete.ts';
import { retainSettings } from '../settings/retain.ts';
import { nearest } from '../settings/nearest.ts';
import type { SettingsTable } from '../settings/schema.ts';
import { fileVariable, hasOurPrefix } from '../settings/setting.ts';
import { syncMetadataSettings } from '../settings/sync-metadata.ts';

/** The tables of all commands: an environment shared by several CronJobs names settings of each. */
const tables: readonly SettingsTable[] = [
  createSettings.table,
  retainSettings.table,
  markAndDeleteSettings.table,
  syncMetadataSettings.table,
];

const known = new Set(
  tables.flatMap((table) =>
    Object.values(table).flatMap(({ name, isSecret }) => (isSecret ? [name, fileVariable(name)] : [name])),
  ),
);

export type Environment = Readonly<Record<string, string | undefined>>;

/** One sentence for each name that begins as ours do and that no command knows: a misspelt one would be a setting not made. */
export function unknownNames(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => hasOurPrefix(name) && !known.has(name))
    .filter((name) => environment[name] !== '' && !isServiceLink(name, environment[name]))
    .sort()
    .map((name) => `${name} is no setting of backup-ns; did you mean ${nearest(name, [...known])}?`);
}

/**
 * Whether the kubelet made it: it describes every Service of the namespace in variables, and a Service may be called
 * `bak-db-postgres` (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
 */
export function isServiceLink(name: string, value: string | undefined): boolean {
  return (
    /_SERVICE_(?:HOST|PORT(?:_\w+)?)$/.test(name) ||
    /_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(name) ||
    (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value ?? ''))
  );
}
