import type { Context } from '../../context.ts';
import { UserError } from '../../core/errors.ts';
import { isNamedAsFile } from '../../databases/dump-format.ts';
import { runScript, type ScriptRun } from '../../databases/run-script.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import type { Container } from '../../pods/pod.ts';
import type { Facts } from '../../pods/script-output.ts';
import { placesOnVolume, type RecordedDump } from './recorded-dumps.ts';
import { locateScript, matchScript } from './scripts.ts';

/** What of the volume is read, and how a sentence names it. */
export interface OnVolume {
  readonly container: Container;
  /** Folders of the volume that the database's container has mounted in place of the whole. */
  readonly folders: readonly string[];
  readonly which: string;
}

type Recorded = Pick<RecordedDump, 'path' | 'bytes' | 'sha256' | 'database'>;

export interface Located {
  /** In the pod that reads it. */
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * Where the dump lies that was recorded, whatever else lies on the volume: of several that may be it, the one with its digest. Throws
 * UserError 'preflight' where there is none. That its content is the one that was recorded is for whoever reads it to prove.
 */
export async function locate(volume: OnVolume, recorded: Recorded, context: Context): Promise<Located> {
  const { container, folders, which } = volume;
  const { path, sha256 } = recorded;
  const places = placesOnVolume(path, folders);
  const facts = await factsOf({ script: locateScript, args: places, secret: '', container }, which, context);
  const root = facts.get('root') ?? '';
  const at = (number: string): string => `${root}/${places[Number(number)] ?? ''}`;
  const there = candidates(facts, recorded).map(({ number, isFolder }) => ({ path: at(number), isFolder }));
  const [first, ...others] = there;
  if (!first)
    throw new UserError(
      'preflight',
      `The dump ${path} on ${which} cannot be taken: ${whyNone(facts, recorded, at)}; take another snapshot`,
    );
  if (others.length === 0) return first;
  const args = [sha256, ...there.map((one) => one.path)];
  const matches = await factsOf({ script: matchScript, args, secret: '', container }, which, context);
  return there[Number(matches.get('match') ?? 0)] ?? first;
}

async function factsOf(run: ScriptRun, which: string, context: Context): Promise<Facts> {
  const { exitCode, facts, words } = await explainFailure('verification', `Looking at ${which}`, () =>
    runScript(run, context),
  );
  if (exitCode === 0 && facts.isComplete) return facts;
  throw new UserError('verification', `${which} cannot be read: ${words || `exit status ${exitCode}`}`);
}

/** A file is as large as was recorded. A folder is what is no content of a database never, nor what is named as a file. */
function candidates(
  facts: Facts,
  { path, bytes, database }: Recorded,
): readonly { readonly number: string; readonly isFolder: boolean }[] {
  const mayBeFolder = database !== undefined && !isNamedAsFile(path);
  return [
    ...filesIn(facts)
      .filter((file) => Number(file.size) === bytes)
      .map(({ number }) => ({ number, isFolder: false })),
    ...(mayBeFolder ? facts.all('folder').map((number) => ({ number, isFolder: true })) : []),
  ];
}

function filesIn(facts: Facts): readonly { readonly number: string; readonly size: string }[] {
  return facts.all('file').map((fact) => {
    const [number = '', size = ''] = fact.split(' ');
    return { number, size };
  });
}

function whyNone(facts: Facts, { bytes }: Recorded, at: (number: string) => string): string {
  const [other] = filesIn(facts);
  if (other) return `${at(other.number)} has ${other.size} bytes there, and recorded were ${bytes}`;
  return facts.get('unreadable') === undefined ? 'it is not there' : 'the user of the pod may not read it';
}
