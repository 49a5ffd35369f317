import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sampleAppManifests } from '../../scripts/sample-app.ts';
import { apply, checkout, type Testbed } from '../../scripts/testbed.ts';
import { inTerminal } from '../../scripts/sandbox/pods/in-terminal.ts';
import { python } from '../../scripts/python.ts';
import {
  awkwardPassword,
  crashRestarts,
  freshNamespace,
  inContainer,
  sql,
  testbed,
  until,
  waitForRollout,
} from './support.ts';

const namespace = 'e2e-shell';
const app = { namespace, name: 'shop', password: awkwardPassword, size: '400Mi' };
const database = 'deployment/shop';
const bundle = join(checkout, 'dist', 'backup-ns.mjs');

describe('a person with a database', () => {
  let bed: Testbed;

  const words = (...args: string[]) => {
    const place = ['--namespace', namespace, '--db-postgres-exec-resource', database];
    return [process.execPath, bundle, 'postgres', ...args, ...place, '--kubeconfig', bed.kubeconfig];
  };
  /** Of the settings, not of the container: the one that has to be handed over. */
  const env = { ...process.env, BAK_DB_POSTGRES_PASSWORD: awkwardPassword };

  async function call(args: readonly string[], input = ''): Promise<{ exitCode: number; stdout: string }> {
    const [program = '', ...rest] = words(...args);
    const child = spawn(program, rest, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(input);
    const [stdout, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return { exitCode: exitCode as number, stdout };
  }

  const clients = () =>
    inContainer(
      bed,
      namespace,
      database,
      `for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null; echo; done | grep -E '^psq[l]' || :`,
    );

  beforeAll(async () => {
    bed = await testbed();
    await freshNamespace(bed, namespace);
    await apply(bed, ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }));
    await waitForRollout(bed, namespace, app.name);
    await sql(bed, namespace, database, 'create table t as select * from generate_series(1, 1000) as id');
  });

  test('pipes statements to it', async () => {
    const { exitCode, stdout } = await call(['shell'], 'select count(*) from t;\n');
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(' 1000\n') });
  });

  test.runIf(python)('opens a shell of it in a terminal, which does not show the password', async () => {
    const [program = '', ...args] = inTerminal(words('shell'));
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let shown = '';
    child.stdout?.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    const sees = (pattern: RegExp) =>
      until(String(pattern), 30, () => Promise.resolve(pattern.exec(shown) ?? undefined));
    await sees(/=[#>]/);
    // This terminal has no size, for which everything is too long to be shown without a pager.
    child.stdin?.write('\\pset pager off\r');
    await sees(/Pager usage is off/);
    child.stdin?.write('select count(*) from t;\r');
    await sees(/ 1000\r/);
    child.stdin?.write('\\q\r');
    expect((await once(child, 'close'))[0]).toBe(0);
    expect(shown).not.toContain(awkwardPassword);
  });

  test.runIf(python)('who closes the terminal leaves no client in the container', async () => {
    const [program = '', ...args] = inTerminal(words('shell'));
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
    await until('the client', 30, async () => ((await clients()).trim() === '' ? undefined : true));
    // The terminal goes with the program that made it.
    child.kill('SIGKILL');
    await until('the client to go', 30, async () => ((await clients()).trim() === '' ? true : undefined));
    expect(await crashRestarts(bed, namespace, database)).toEqual([]);
  });

  test('dumps it, fetches the dump, and brings it back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'e2e-shell-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(await call(['dump'])).toMatchObject({ exitCode: 0 });
    const { stdout } = await call(['download', '--file', folder, '--output', 'json']);
    const [file] = (JSON.parse(stdout) as { files: { file: string; sha256: string }[] }).files;
    const bytes = readFileSync(file?.file ?? '');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file?.sha256);
    for (const source of [[], ['--file', file?.file ?? '']]) {
      await sql(bed, namespace, database, 'delete from t');
      expect(await call(['restore', '--yes', ...source])).toMatchObject({ exitCode: 0 });
      expect((await sql(bed, namespace, database, 'select count(*) from t')).trim()).toBe('1000');
    }
    expect(await crashRestarts(bed, namespace, database)).toEqual([]);
  });
});
