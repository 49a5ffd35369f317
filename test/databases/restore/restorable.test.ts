import { describe, expect, it } from 'vitest';
import type { Absence, DumpFile, Inspection } from '../../../src/databases/dump-file.ts';
import type { RestoreOf } from '../../../src/databases/engine.ts';
import { restorable } from '../../../src/databases/restore/restorable.ts';

const file: DumpFile = {
  path: '/data/dump.sql.gz',
  isFolder: false,
  packing: 'gzip',
  trouble: '',
  bytes: 100,
  sha256: 'aa',
  recorded: 'aa',
  ending: 'complete',
  ageSeconds: 1,
  matching: [1],
};

function judge(
  changes: Partial<DumpFile> = {},
  { freeBytes, absence, unchecked = false }: Partial<Inspection & { unchecked: boolean }> = {},
) {
  const restore = {
    problems: ([own = 0]: readonly number[], where: string) => (own > 1 ? [`${where} is of another`] : []),
  } as Partial<RestoreOf> as RestoreOf;
  const inspection = { file: absence ? undefined : { ...file, ...changes }, absence, freeBytes };
  const requirements = { unchecked, restore, bytesToWrite: ({ bytes }: DumpFile) => 2 * bytes };
  return restorable(inspection, 'the dump', requirements);
}

describe('a dump', () => {
  it.each<[string, Partial<DumpFile>, Parameters<typeof judge>[1]]>([
    ['as it was recorded', {}, {}],
    ['as it was recorded, whether that matters or not', {}, { unchecked: true }],
    ['without a record, which may be so', { recorded: undefined }, { unchecked: true }],
    ['that just has room', {}, { freeBytes: 200 }],
  ])('%s is restored', (_, changes, more) => {
    expect(judge(changes, more)).toEqual({ found: { ...file, ...changes } });
  });

  it.each<[string, Partial<DumpFile>, Parameters<typeof judge>[1], readonly string[]]>([
    ['that is cut', { ending: 'cut' }, {}, ['is not a whole dump']],
    ['that is damaged', { ending: 'damaged' }, {}, ['is damaged']],
    ['without a record', { recorded: undefined }, {}, ['has no record']],
    ['with another record', { recorded: 'bb' }, {}, ['its SHA-256 is aa, not bb']],
    ['with another record, whatever may be', { recorded: 'bb' }, { unchecked: true }, ['is not what was']],
    ['with an empty record, whatever may be', { recorded: '' }, { unchecked: true }, ['is not what was']],
    ['of another server', { matching: [2] }, {}, ['the dump is of another']],
    ['without room', {}, { freeBytes: 199 }, ['has 199 bytes free, and about 200']],
    [
      'with all of that',
      { ending: 'cut', recorded: undefined, matching: [2] },
      { freeBytes: 0 },
      ['is not a whole', 'has no record', 'is of another', 'has 0 bytes free'],
    ],
  ])('%s is not restored', (_, changes, more, problems) => {
    expect(judge(changes, more)).toEqual({
      problems: problems.map((words) => expect.stringContaining(words) as string),
    });
  });

  it.each<[Absence | undefined, string]>([
    [{ state: 'missing' }, 'it is not there'],
    [{ state: 'folder' }, 'it is a folder'],
    [{ state: 'unreadable', user: '999' }, 'user 999 may not read it'],
  ])('that is absent (%o) is not restored', (absence, words) => {
    expect(judge({}, { absence })).toEqual({ problems: [`the dump cannot be restored: ${words}`] });
  });
});
