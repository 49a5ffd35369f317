import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { deployApp, provisionVolume } from '../../../scripts/sandbox/app.ts';
import { snapshots } from '../../../scripts/sandbox/objects/kinds.ts';
import { openSandbox } from '../../../scripts/sandbox/sandbox.ts';
import { createBackup } from '../../../src/backup/create.ts';
import { createSettingsWith } from '../../../src/backup/settings/create.ts';
import { engines } from '../../../src/databases/engines.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { annotation } from '../../../src/snapshots/labels.ts';
import { inSandbox } from '../../retention/support.ts';
import { notebookOf, toyPrograms } from './programs.ts';
import { closing, toy } from './toy.ts';

const schema = createSettingsWith([...engines, toy]);
const knownNames = new Set(Object.values(schema.table).map(({ name }) => name));
const read = (environment: Record<string, string>) =>
  readSettings(schema, { environment, flags: {}, machine: { cpus: 1 }, knownNames }).settings;

it('an engine that is added to the list is dumped by create, and recorded on the snapshot', async () => {
  await using sandbox = await openSandbox();
  await provisionVolume(sandbox, 'shop');
  const programs = toyPrograms(sandbox.folder);
  const database = { programs, port: 0, user: 'me', password: 'sesame', name: 'shop' };
  const { serviceAccount, dumpFile } = await deployApp(sandbox, 'shop', database);
  const folder = join(sandbox.folder, 'notes');
  mkdirSync(folder);
  writeFileSync(join(folder, 'password'), 'sesame');
  writeFileSync(notebookOf(folder, 'shop'), 'one\ntwo\n');
  const settings = read({
    BAK_NAMESPACE: 'shop',
    BAK_DB_TOY: 'true',
    BAK_DB_TOY_EXEC_CONTAINER: 'postgres',
    BAK_DB_TOY_FOLDER: folder,
    BAK_DB_TOY_DUMP_FILE: dumpFile,
    BAK_DB_TOY_PASSWORD: 'sesame',
    BAK_DB_TOY_DB: 'shop',
  });
  const request = { settings, recorded: {}, withNames: (text: string) => text };
  const result = await inSandbox(sandbox, undefined, (context) => createBackup(request, context), {
    serviceAccount,
  });
  expect(result.dumps).toMatchObject([{ engine: 'toy', version: '1.0', database: 'shop', path: dumpFile }]);
  expect(gunzipSync(readFileSync(dumpFile)).toString()).toBe(`one\ntwo\n${closing}\n`);
  const [snapshot] = sandbox.objects.all(snapshots, 'shop');
  const record = JSON.parse(snapshot?.metadata.annotations?.[annotation.dump] ?? '') as unknown;
  expect(record).toMatchObject([{ engine: 'toy', sha256: result.dumps[0]?.sha256 }]);
});

it('an engine that is added is offered where no database is chosen, and must not share its file', () => {
  expect(() => read({})).toThrow(
    'BAK_DB_MYSQL=true (--db-mysql) to dump MySQL or MariaDB, BAK_DB_TOY=true (--db-toy) to dump a notebook, or BAK_DB_SKIP=true',
  );
  expect(() => read({ BAK_DB_TOY: 'true', BAK_DB_SKIP: 'true' })).toThrow(
    'BAK_DB_SKIP and BAK_DB_TOY are both true; set one of them (--db-skip, --db-toy) to false',
  );
  const file = '/data/dump.gz';
  const shared = { BAK_DB_MYSQL: 'true', BAK_DB_MYSQL_DUMP_FILE: file, BAK_DB_TOY_DUMP_FILE: file };
  expect(() => read({ ...shared, BAK_DB_TOY: 'true' })).toThrow(
    `BAK_DB_MYSQL_DUMP_FILE and BAK_DB_TOY_DUMP_FILE are the same file (${file}); give each a file of its own`,
  );
});
