import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineSuite } from '../engine-suite.ts';
import type { EngineServer } from '../engine-under-test.ts';
import { notebookOf, toyPrograms } from './programs.ts';
import { closing, toyServer } from './toy.ts';

const password = 'sesame';

/** Odd lines, and one that is nearly the last of a dump. */
const lines = Array.from({ length: 200 }, (_, index) => `🐘 ${index} \\t'"\\ -- end of a notebook`);

function startToy(): EngineServer {
  const root = mkdtempSync(join(tmpdir(), 'toy-'));
  chmodSync(root, 0o755);
  const folder = join(root, 'notes');
  mkdirSync(folder);
  writeFileSync(join(folder, 'password'), password);
  const at = (database: string) => notebookOf(folder, database);
  return {
    env: {
      PATH: `${toyPrograms(root)}:${process.env['PATH']}`,
      TEST_USER: 'me',
      TEST_PASSWORD: password,
      TEST_DB: 'shop',
    },
    administrator: { user: 'me', password },
    createDatabase: (name) => writeFileSync(at(name), ''),
    dropDatabase: (name) => rmSync(at(name)),
    createUser: () => {},
    fill: (database) => writeFileSync(at(database), `${lines.join('\n')}\n`),
    fillLarge(database, megabytes) {
      for (let written = 0; written < megabytes; written++)
        appendFileSync(at(database), `${randomBytes(500_000).toString('hex')}\n`);
    },
    digest: (database) =>
      createHash('sha256')
        .update(readFileSync(at(database)))
        .digest('hex'),
    load: (dump, database) => writeFileSync(at(database), dump.toString().split(`${closing}\n`)[0] ?? ''),
    crash() {
      process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
      return Promise.resolve();
    },
    open: (request) =>
      toyServer({
        execResource: { kind: 'deployment', name: 'app' },
        container: 'toy',
        folder,
        ...request,
      }),
    [Symbol.asyncDispose]() {
      rmSync(root, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

engineSuite({
  engine: 'toy',
  tool: 'toy-dump',
  start: () => Promise.resolve(startToy()),
  hostileNames: ['a/b..%2F', ' sp ace', `o'dd "name"\\`, '$(id)`id`;*', 'größe-数据', '-rf'],
  hostileUsers: [],
});
