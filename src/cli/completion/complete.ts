import type { Command as Program } from 'commander';
import type { SnapshotContext } from '../../snapshots/provider.ts';
import { completionOf, type Candidate, type Completion } from './candidates.ts';
import { findNames } from './find-names.ts';

/** The word that shells ask by. It is no command of anybody's. */
export const completeWord = '__complete';

/** As cobra has them, which kubectl reads: no files, or files as always. */
const directives = { none: 4, files: 0 } as const;

/** Nobody can choose from more. */
const most = 500;

const longestWords = 60;

/** How names of a cluster are found; rejects where they cannot be. */
export interface Lookup {
  contexts(given: ReadonlyMap<string, string>): readonly string[];
  /** Calls `find` with a context that lives as long as that takes. */
  inCluster(
    given: ReadonlyMap<string, string>,
    find: (context: SnapshotContext) => Promise<readonly Candidate[]>,
  ): Promise<readonly Candidate[]>;
}

/**
 * What the last of these words may become: one line each, with what it is behind a tab, and then what the shell does besides.
 * Whoever presses Tab wants no error: where nothing can be found there is nothing.
 */
export async function complete(program: Program, words: readonly string[], lookup: Lookup): Promise<string> {
  const completion = completionOf(program, words);
  if ('files' in completion) return `:${directives.files}\n`;
  const candidates = 'kind' in completion ? await namesFor(completion, lookup) : completion.candidates;
  return [...candidates.slice(0, most).map(lineOf), `:${directives.none}\n`].join('');
}

async function namesFor(
  { kind, prefix, partial, given, taken }: Extract<Completion, { kind: unknown }>,
  lookup: Lookup,
): Promise<readonly Candidate[]> {
  const namespace = given.get('--namespace');
  try {
    const found: readonly Candidate[] =
      kind === 'contexts'
        ? lookup.contexts(given).map((value) => ({ value }))
        : await lookup.inCluster(given, (context) =>
            findNames(kind, namespace ?? context.kube.namespace, context),
          );
    return found
      .filter(({ value }) => isPlain(value) && value.startsWith(partial) && !taken.includes(value))
      .map(({ value, words }) => ({ value: `${prefix}${value}`, words }));
  } catch {
    return [];
  }
}

/** What a shell, a terminal and `COMP_WORDBREAKS` take as it is. */
function isPlain(value: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._@/+-]{0,252}$/.test(value);
}

function lineOf({ value, words = '' }: Candidate): string {
  const [sentence = ''] = words.split(/[.;](?: |$)| \(default| \[[A-Z]/);
  const shown = sentence.replaceAll(/[^\x20-\x7E]/g, '?');
  const short = shown.length > longestWords ? `${shown.slice(0, longestWords - 1).trimEnd()}...` : shown;
  return short.trim() === '' ? `${value}\n` : `${value}\t${short}\n`;
}
