import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deployApp, provisionVolume, type SandboxApp } from '../../../scripts/sandbox/app.ts';
import { openSandbox, type Sandbox } from '../../../scripts/sandbox/sandbox.ts';
import type { Context } from '../../../src/context.ts';
import { downloadDumps } from '../../../src/databases/operations/download-dump.ts';
import { makeDump } from '../../../src/databases/operations/make-dump.ts';
import { openShell } from '../../../src/databases/operations/open-shell.ts';
import { readInfo } from '../../../src/databases/operations/read-info.ts';
import { serverSettings } from '../../../src/databases/operations/settings.ts';
import { findTarget, type Target } from '../../../src/databases/operations/target.ts';
import { restoreDatabase } from '../../../src/databases/restore/restore-database.ts';
import { readSettings } from '../../../src/settings/read.ts';
import { inSandbox } from '../../retention/support.ts';
import { RecordingCaller } from '../../support/recording-caller.ts';
import { notebookOf, toyPrograms } from './programs.ts';
import { toy } from './toy.ts';

const schema = serverSettings(toy);
const knownNames = new Set(Object.values(schema.table).map(({ name }) => name));

let sandbox: Sandbox;
let app: SandboxApp;
let notebook: string;
let environment: Record<string, string>;

beforeAll(async () => {
  sandbox = await openSandbox();
  await provisionVolume(sandbox, 'shop');
  const programs = toyPrograms(sandbox.folder);
  app = await deployApp(sandbox, 'shop', { programs, port: 0, user: 'me', password: 'sesame', name: 'shop' });
  const folder = join(sandbox.folder, 'notes');
  mkdirSync(folder);
  writeFileSync(join(folder, 'password'), 'sesame');
  notebook = notebookOf(folder, 'shop');
  environment = {
    BAK_NAMESPACE: 'shop',
    BAK_DB_TOY_EXEC_CONTAINER: 'postgres',
    BAK_DB_TOY_FOLDER: folder,
    BAK_DB_TOY_DUMP_FILE: app.dumpFile,
    BAK_DB_TOY_PASSWORD: '${POSTGRES_PASSWORD}',
    BAK_DB_TOY_DB: '${POSTGRES_DB}',
  };
});
afterAll(() => sandbox[Symbol.asyncDispose]());
beforeEach(async () => {
  writeFileSync(notebook, 'one\ntwo\n');
  await call((target, context) =>
    makeDump(target, { maximumUsedPercent: 100, leaseWaitMilliseconds: 0 }, context),
  );
});

function call<Result>(
  use: (target: Target, context: Context) => Promise<Result>,
  settings: Record<string, string> = {},
): Promise<Result> {
  const sources = {
    environment: { ...environment, ...settings },
    flags: {},
    machine: { cpus: 1 },
    knownNames,
  };
  const request = readSettings(schema, sources).settings;
  const run = async (context: Context) => use(await findTarget(request, context), context);
  return inSandbox(sandbox, undefined, run, { serviceAccount: app.serviceAccount });
}

it('an engine that is added tells of its server, its databases and its dump', async () => {
  expect(await call(readInfo)).toMatchObject({
    engine: 'toy',
    serverVersion: '1.0',
    toolVersion: '1.0',
    role: 'primary',
    user: 'me',
    databases: [{ name: 'shop', bytes: 8 }],
    dumps: [{ path: app.dumpFile, state: 'good' }],
  });
});

it('an engine that is added says what to look at when its server refuses', async () => {
  await expect(call(readInfo, { BAK_DB_TOY_PASSWORD: 'wrong' })).rejects.toThrow(
    /^Toy refuses database 'shop' to user 'me' .*\(the password is wrong\); check ⟪toyUser toyPassword⟫$/,
  );
});

it('an engine that is added is restored from its dump, once the state before is dumped', async () => {
  writeFileSync(notebook, 'three\n');
  const caller = new RecordingCaller();
  const settings = {
    database: undefined,
    file: undefined,
    yes: false,
    unchecked: false,
    hasSafetyDump: true,
    inPlace: true,
    dropsOld: false,
    searchPath: undefined,
    tries: false,
    lockTimeoutSeconds: 1,
    maximumUsedPercent: 100,
    leaseWaitMilliseconds: 0,
  };
  const result = await call((target, context) => restoreDatabase(target, settings, caller, context));
  expect(readFileSync(notebook, 'utf8')).toBe('one\ntwo\n');
  expect(result).toMatchObject({ database: 'shop', safetyDump: { engine: 'toy', database: 'shop' } });
  expect(caller.asked).toMatchObject([{ name: 'shop' }]);
});

it('an engine that is added gives its dump to a caller that has a stream', async () => {
  const caller = new RecordingCaller();
  const settings = { database: undefined, file: '-', force: false, unchecked: false };
  caller.output.resume();
  const { files } = await call((target, context) => downloadDumps(target, settings, caller, context));
  expect(files).toMatchObject([{ path: app.dumpFile, isRecorded: true }]);
  expect(readdirSync(app.volume).filter((name) => name.includes('partial'))).toEqual([]);
  expect(caller.steps).toMatchObject([
    { step: 'dump.sql.gz', isOver: true, amount: { done: files[0]?.bytes } },
  ]);
});

it('an engine that is added opens its client between the streams of a caller', async () => {
  const caller = new RecordingCaller();
  caller.input.end('o\nthree\n');
  await call((target, context) => openShell(target, caller, context));
  caller.output.end();
  expect(await text(caller.output)).toBe('2\n0\n');
});
