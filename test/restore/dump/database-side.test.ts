import { describe, expect, test } from 'vitest';
import { foldersOf } from '../../../src/restore/dump/database-side.ts';

const uploads = { mountPath: '/app/uploads', subPath: 'uploads' };
const backup = { mountPath: '/app/backup/', subPath: 'backup/' };
const above = { mountPath: '/app', subPath: 'app' };

describe('a dump is looked for in a folder of the volume', () => {
  test.each<[string, object[], string[]]>([
    ['that is mounted where the dump is, and in no other', [uploads, backup], ['backup']],
    ['whose mount is the nearest', [above, backup, uploads], ['backup']],
    ['in none where the whole volume is mounted there', [uploads, { mountPath: '/app/backup' }], []],
    [
      'in all where the dump is in no mount',
      [uploads, { mountPath: '/app/back', subPath: 'x' }],
      ['uploads', 'x'],
    ],
    [
      'but in none that leads out of it',
      [
        { ...backup, subPath: '../x' },
        { ...above, subPath: '/x' },
      ],
      [],
    ],
  ])('%s', (_, volumeMounts, folders) => {
    expect(foldersOf({ volumeMounts }, '/app/backup/dump.sql.gz')).toEqual(folders);
  });

  test.each([undefined, 'x', [null, 1, {}, { mountPath: 7, subPath: {} }]])(
    'not with mounts of %j',
    (mounts) => {
      expect(foldersOf({ volumeMounts: mounts }, '/app/backup/dump.sql.gz')).toEqual([]);
    },
  );
});
