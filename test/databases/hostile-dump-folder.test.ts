import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { composeCheck } from '../../src/databases/scripts/check.ts';
import { downloadScript, inspectScript } from '../../src/databases/scripts/dump-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const secret = 'hunter2 of another file';

/** A folder with a pipe in the place of a dump, and a dump whose record leads elsewhere. */
function hostileFolder() {
  const folder = temporaryFolder('hostile-');
  const [pipe, dump] = [join(folder, 'pipe.sql'), join(folder, 'dump.sql')];
  spawnSync('mkfifo', [pipe]);
  writeFileSync(dump, 'Dump completed');
  writeFileSync(join(folder, 'secret'), secret);
  symlinkSync('secret', `${dump}.sha256`);
  return { folder, pipe, dump };
}

function run(script: string, ...args: string[]) {
  const { status, signal, stdout, stderr } = spawnSync('sh', ['-ceu', script, 'sh', ...args], {
    input: '\n',
    timeout: 20_000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  });
  return { status, signal, said: `${stdout}\n${stderr}` };
}

it('a pipe in the place of a dump is not waited for by the check', () => {
  const { folder, pipe } = hostileFolder();
  const script = composeCheck({ connection: 'listen', tools: [], questions: ':', closing: '' });
  const end = run(script, pipe, join(folder, 'p'), '.sql');
  expect(end).toMatchObject({ status: 0, said: expect.stringContaining('there=file') });
  expect(end.said).not.toMatch(/had=|previous=/);
});

it('a pipe in the place of a dump is not waited for by a download', () => {
  const end = run(downloadScript, hostileFolder().pipe, 'unchecked');
  expect(end).toMatchObject({ status: 64, said: expect.stringContaining('is not a file that can be sent') });
});

it.each([
  ['a look at the dump', inspectScript, 'yes'],
  ['a download', downloadScript, 'unchecked'],
])('what stands in the place of a record, and is none, is not repeated by %s', (_, script, argument) => {
  const end = run(script, hostileFolder().dump, argument, 'completed');
  expect(end.said).toMatch(/^recorded=$/m);
  expect(end.said).not.toContain('hunter2');
});
