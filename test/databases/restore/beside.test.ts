import { beforeAll, describe, expect, test } from 'vitest';
import { makeDump } from '../../../src/databases/operations/make-dump.ts';
import { restoreDatabase } from '../../../src/databases/restore/restore-database.ts';
import type { RestoreDatabaseSettings } from '../../../src/databases/restore/settings.ts';
import { RecordingCaller } from '../../support/recording-caller.ts';
import { blankPostgres } from '../../support/servers.ts';
import { Scene, server } from '../operations/scene.ts';

beforeAll(blankPostgres);

const plain: RestoreDatabaseSettings = {
  database: undefined,
  file: undefined,
  yes: true,
  unchecked: false,
  hasSafetyDump: true,
  inPlace: false,
  dropsOld: false,
  searchPath: undefined,
  lockTimeoutSeconds: 10,
  maximumUsedPercent: 100,
  leaseWaitMilliseconds: 0,
};

const restore = (scene: Scene, changes: Partial<RestoreDatabaseSettings> = {}) =>
  scene.call((target, context) =>
    restoreDatabase(target, { ...plain, ...changes }, new RecordingCaller(), context),
  );

const dump = (scene: Scene) =>
  scene.call((target, context) =>
    makeDump(target, { maximumUsedPercent: 100, leaseWaitMilliseconds: 0 }, context),
  );

const rows = (scene: Scene) => scene.query('select count(*) from orders');

describe.runIf(server)('a restore beside', { timeout: 60_000 }, () => {
  test('brings the dump back, and keeps what was there before as a database', async () => {
    await using scene = await Scene.open();
    await dump(scene);
    scene.query('delete from orders where id > 1');
    const result = await restore(scene);
    expect(rows(scene)).toBe('2000');
    expect(result).toMatchObject({ kept: expect.stringMatching(/_before_/) });
    expect(server?.query('select count(*) from orders', result.kept)).toBe('1');
  });
});
