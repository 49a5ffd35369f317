import { propertiesFile } from '../../dump-files.ts';
import type { DumpToRestore, RestoreOf, RestoreRequest } from '../../engine.ts';
import { judgeRestore } from './judge-restore.ts';
import { outcomeScript } from './outcome-script.ts';
import { prepareScript, toCome } from './prepare-script.ts';
import { knowsRestrict } from './restrict.ts';
import { besideScript, inPlaceScript } from './scripts.ts';

export const restoring: RestoreOf = {
  script: inPlaceScript,
  provesEnding: true,
  takesArchives: true,
  arguments: reading,
  beside: {
    script: besideScript,
    arguments: (request) => [
      ...reading(request),
      request.stamp,
      propertiesOf(request.dump),
      request.dropsOld ? 'yes' : '',
    ],
  },
  preparation: {
    script: prepareScript,
    arguments: (way, dump) =>
      'path' in dump
        ? [way, dump.path, dump.packing, propertiesOf(dump)]
        : [way, '', '', dump.toCome === 'with properties' ? toCome : ''],
    judge: (facts, { way, where }) => judgeRestore(facts, way, where),
  },
  problems: () => [],
  afterFailure: 'the database is as it was before',
  outcomeScript,
  essence: (words) => words,
  hint: (words) => {
    if (words.includes('would end the one transaction'))
      return 'take that out of the dump, or restore without ⟪inPlace⟫';
    if (/lock timeout/i.test(words))
      return 'another session holds a lock on it: stop the app, or give it longer with ⟪lockTimeout⟫';
    if (saysMissing(words, 'role')) return 'restore the roles first, from the dump of the globals beside it';
    if (['relation', 'function', 'type'].some((kind) => saysMissing(words, kind)))
      return 'if it relies on the search path of the database, give it with ⟪searchPath⟫';
    return undefined;
  },
};

function propertiesOf({ path, propertiesPath }: DumpToRestore): string {
  return propertiesPath ?? propertiesFile(path);
}

function reading({ key, facts, searchPath = '' }: RestoreRequest): readonly string[] {
  return [key, knowsRestrict(facts.get('client') ?? '') ? 'yes' : '', searchPath];
}

/** Whether one of the lines says that such a thing does not exist. */
function saysMissing(words: string, kind: string): boolean {
  return words.split(/[;\n]/).some((line) => line.includes(`${kind} `) && line.includes(' does not exist'));
}
