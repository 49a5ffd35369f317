import type { DescribedDump } from '../catalogue/described-dumps.ts';
import type { SnapshotDescription } from '../catalogue/describe-snapshot.ts';
import type { Engine } from '../databases/engine.ts';
import { engines } from '../databases/engines.ts';
import type { SettingsTable } from '../settings/schema.ts';
import { flagName, type Setting } from '../settings/setting.ts';
import type { Example } from './command.ts';
import { restoreDatabaseCommand } from './database-restore.ts';
import { plainName } from './examples.ts';
import { shellLine } from './shell-words.ts';

type Described = Pick<
  SnapshotDescription,
  'namespace' | 'name' | 'pvc' | 'ready' | 'deleting' | 'storage' | 'dumps' | 'settings' | 'failed'
>;

/** Why nothing can be restored from it; undefined where something can. */
export function whyNotRestorable({ ready, deleting, storage, failed }: Described): string | undefined {
  if (storage.data === 'lost') return 'the storage has nothing of it any more';
  if (deleting) return 'it is on its way out';
  if (!ready) return failed ?? 'it is not ready';
  return storage.data === 'none' ? 'the storage has nothing of it' : undefined;
}

/** How a person restores from this snapshot: lines for a shell, and what each of them does. */
export function restoreCommands(described: Described, program = plainName): readonly Example[] {
  if (whyNotRestorable(described) !== undefined) return [];
  const { namespace, name, dumps = [] } = described;
  const command = ['restore', '-n', namespace, name, '--pvc', newName(described.pvc), '--wait'];
  const volume = line('A new PVC beside what runs; --dry-run shows it before', [program, ...command]);
  return [...volume, ...engines.flatMap((engine) => ofEngine(engine, dumps, described, program))];
}

/** More are for a person who reads the help. */
const mostDatabases = 5;

function ofEngine(
  engine: Engine,
  dumps: readonly DescribedDump[],
  { namespace, name, settings }: Described,
  program: string,
): readonly Example[] {
  const own = dumps.filter((dump) => dump.engine === engine.name);
  if (own.length === 0) return [];
  const { table } = restoreDatabaseCommand(engine).settings;
  const takesSnapshot = Object.hasOwn(table, 'snapshot');
  const from = takesSnapshot
    ? 'from its dump on this snapshot'
    : 'from the dump that is in its container now';
  const common = [program, engine.name, 'restore', '-n', namespace];
  const flags = [...(takesSnapshot ? ['--snapshot', name] : []), ...flagsOf(engine.settings.table, settings)];
  const databases = own.flatMap(({ database }) => database ?? []);
  if (databases.length < 2) {
    return line(`The database of ${engine.title}, ${from}`, [...common, ...flags]);
  }
  return databases
    .slice(0, mostDatabases)
    .flatMap((database) =>
      line(`Database ${database}, ${from}`, [...common, ...flags, ...withValue('--database', database)]),
    );
}

/** As the backup was told them, where they are not the defaults and can be read still. */
function flagsOf(table: SettingsTable, recorded: Readonly<Record<string, string>>): string[] {
  return Object.values(table).flatMap((setting) => {
    const value = recorded[setting.name];
    if (value === undefined || setting.isSecret || value === setting.fallback) return [];
    return 'value' in setting.format.parse(value) ? flagOf(setting, value) : [];
  });
}

function flagOf({ name, format }: Setting<unknown>, value: string): string[] {
  return withValue(`--${flagName(name)}`, value, format.usage.startsWith('['));
}

/** In one word where the value would be taken for a flag, or for none. */
function withValue(flag: string, value: string, mayBeLeftOut = false): string[] {
  return mayBeLeftOut || value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];
}

function line(words: string, command: readonly string[]): readonly Example[] {
  const [first = '', ...rest] = command;
  const text = shellLine(rest);
  // How the program was called is two words where it is a plugin.
  return text === undefined ? [] : [{ words, line: `${first} ${text}` }];
}

/** Of a PVC that is not there yet, most likely. */
function newName(pvc = ''): string {
  const name = `${pvc}-restored`;
  return pvc !== '' && /^[a-z0-9.-]{1,63}$/.test(name) ? name : 'restored';
}
