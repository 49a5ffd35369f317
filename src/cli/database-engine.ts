import type { Context } from '../context.ts';
import { findTarget, type Place, type Target } from '../databases/operations/target.ts';
import type { HandTools } from '../databases/hand-tools.ts';
import type { ExecResource } from '../settings/kubernetes-formats.ts';
import type { DatabasePlace } from '../databases/place-settings.ts';
import type { SettingsSchema, SettingsTable } from '../settings/schema.ts';

/** What the commands of `backup-ns postgres` and its like are made for. */
export interface DatabaseEngine<Server extends ServerSettings = ServerSettings> {
  readonly name: string;
  readonly title: string;
  readonly place: SettingsSchema<SettingsTable, DatabasePlace<Server>>;
  tools(server: Server, context: Context): HandTools;
  /** What `--help` says of how it restores. */
  readonly restoring: string;
}

export type ServerSettings = Omit<Place, 'namespace'> & { readonly execResource: ExecResource };

/** The one that the settings mean. Throws UserError 'preflight'. */
export function targetOf<Server extends ServerSettings>(
  engine: DatabaseEngine<Server>,
  { namespace, server }: DatabasePlace<Server>,
  context: Context,
): Promise<Target> {
  return findTarget({ ...server, namespace }, engine.tools(server, context), context);
}
