import type { DescribedDump } from '../catalogue/described-dumps.ts';
import type { SnapshotDescription } from '../catalogue/describe-snapshot.ts';
import type { Engine } from '../databases/engine.ts';
import { engines } from '../databases/engines.ts';
import type { Example } from './command.ts';
import { plainName } from './examples.ts';
import { shellLine } from '../core/shell-words.ts';

type Described = Pick<
  SnapshotDescription,
  'namespace' | 'name' | 'pvc' | 'ready' | 'deleting' | 'storage' | 'dumps' | 'failed'
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

/**
 * Of the settings that are on the snapshot none is in the line: whoever may write to snapshots would have a person paste a host of
 * theirs. The command finds those of the CronJob.
 */
function ofEngine(
  engine: Engine,
  dumps: readonly DescribedDump[],
  { namespace, name }: Described,
  program: string,
): readonly Example[] {
  const own = dumps.filter((dump) => dump.engine === engine.name);
  if (own.length === 0) return [];
  const from = 'from its dump on this snapshot';
  const command = [program, engine.name, 'restore', '-n', namespace, '--snapshot', name];
  const databases = own.flatMap(({ database }) => database ?? []);
  if (databases.length < 2) return line(`The database of ${engine.title}, ${from}`, command);
  return databases
    .slice(0, mostDatabases)
    .flatMap((database) =>
      line(`Database ${database}, ${from}`, [
        ...command,
        ...(database.startsWith('-') ? [`--database=${database}`] : ['--database', database]),
      ]),
    );
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
