import type { Context } from '../../context.ts';
import { inspectDumpFile, type DumpFile } from '../dump-file.ts';
import type { DatabaseServer } from '../engine.ts';
import { refusal } from '../refusal.ts';
import { runScript } from '../run-script.ts';
import type { Facts } from '../../pods/script-output.ts';
import { UserError } from '../../core/errors.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { dumpPaths, type DumpPath } from './one-database.ts';
import { placeOf, scriptArguments, type Target } from './target.ts';

/** What `info` tells of a database server and of the dumps beside it. */
export interface DatabaseInfo {
  readonly engine: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly serverVersion: string;
  /** Of the tool that dumps. */
  readonly toolVersion: string;
  readonly role: 'primary' | 'replica';
  readonly user: string;
  readonly databases: readonly DatabaseOfServer[];
  readonly dumps: readonly DumpInfo[];
}

export interface DatabaseOfServer {
  readonly name: string;
  readonly bytes: number;
  /** What a restore has left: `kept`, the database of before; `unfinished`, what one that was killed has begun. */
  readonly left?: 'kept' | 'unfinished';
}

export interface DumpInfo {
  readonly path: string;
  /** What it is like: as its record says, without a record, another than its record says, or no whole dump at all. */
  readonly state: 'good' | 'unrecorded' | 'mismatch' | 'cut' | 'damaged' | 'missing' | 'unreadable';
  readonly ageSeconds?: number;
  readonly bytes?: number;
  readonly sha256?: string;
}

/** Looks at the server and reads its dumps, and changes nothing. Throws UserError 'preflight'. */
export async function readInfo(target: Target, context: Context): Promise<DatabaseInfo> {
  return await explainFailure('preflight', `Looking at ${placeOf(target)}`, async () => {
    const server = await readServer(target, context);
    const { serverVersion, toolVersion, role, user, database, databases } = server;
    const paths = dumpPaths(target.server, databases);
    const dumps = await Promise.all(paths.map((dump) => readDump(target, dump, context)));
    const { engine } = target.server;
    return {
      engine,
      ...target.container,
      serverVersion,
      toolVersion,
      role,
      user,
      database,
      databases,
      dumps,
    };
  });
}

type ServerInfo = Pick<DatabaseInfo, 'serverVersion' | 'toolVersion' | 'role' | 'user' | 'databases'> & {
  /** That it is connected to. */
  readonly database: string;
  /** Whether there is no such database, while the server answers. */
  readonly isLost: boolean;
};

/**
 * Asks the server, with the credentials of the settings. Throws KubeError, or UserError 'preflight': also when there is no
 * such database, unless that is what is wanted.
 */
export async function readServer(
  target: Target,
  context: Context,
  { mayBeLost = false } = {},
): Promise<ServerInfo> {
  const { server, container } = target;
  const { info, connection } = server;
  const { secret } = connection;
  const run = { script: info.script, args: scriptArguments(server), secret, container };
  const { exitCode, facts, words } = await runScript(run, context);
  const where = placeOf(target);
  if (exitCode !== 0 || !facts.isComplete) {
    throw new UserError('preflight', `In ${where}: ${words || `exit status ${exitCode}`}`);
  }
  const refused = facts.get('refused');
  if (refused === undefined || (mayBeLost && facts.get('lost') === 'yes')) return serverOf(facts, info);
  throw new UserError(
    'preflight',
    refusal(server, `database '${facts.get('database')}' to user '${facts.get('user')}'`, where, refused),
  );
}

function serverOf(facts: Facts, info: DatabaseServer['info']): ServerInfo {
  return {
    serverVersion: facts.get('version') ?? '',
    toolVersion: info.versionOf(facts.get('tool') ?? ''),
    role: facts.get('replica') === 'yes' ? 'replica' : 'primary',
    user: facts.get('user') ?? '',
    database: facts.get('database') ?? '',
    isLost: facts.get('lost') === 'yes',
    databases: facts.all('size').map((fact) => databaseOf(fact, facts)),
  };
}

function databaseOf(fact: string, facts: Facts): DatabaseOfServer {
  const [bytes = '', ...words] = fact.split(' ');
  const name = words.join(' ');
  const left = (['kept', 'unfinished'] as const).find((key) => facts.all(key).includes(name));
  return { name, bytes: Number(bytes), ...(left && { left }) };
}

async function readDump(
  { container }: Target,
  { path, closing }: DumpPath,
  context: Context,
): Promise<DumpInfo> {
  const traits = { closing, patterns: [] };
  const { file, absence } = await inspectDumpFile(container, path, traits, context);
  if (!file) return { path, state: absence?.state === 'missing' ? 'missing' : 'unreadable' };
  const { bytes, sha256, ageSeconds } = file;
  return { path, state: stateOf(file), ageSeconds, bytes, sha256 };
}

/** What there is no program for to read it is known by its record alone. */
function stateOf({ ending, recorded, sha256 }: DumpFile): DumpInfo['state'] {
  if (ending === 'cut' || ending === 'damaged') return ending;
  if (recorded !== undefined) return recorded === sha256 ? 'good' : 'mismatch';
  return ending === 'unknown' ? 'unreadable' : 'unrecorded';
}
