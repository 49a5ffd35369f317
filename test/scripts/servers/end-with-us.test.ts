import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sampled } from '../../support/exhaustive.ts';
import { mysqlPrograms } from '../../../scripts/servers/mysql-programs.ts';
import { postgresPrograms } from '../../../scripts/servers/postgres-programs.ts';

const servers = join(import.meta.dirname, '../../../scripts/servers');
const patience = { timeout: 20_000, interval: 20 };

/** Runs a program of Node that starts a server and then says a line; resolves with that line. */
async function started(
  program: string,
): Promise<{ readonly said: string; readonly end: (how: NodeJS.Signals) => void }> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `${program}; setInterval(() => {}, 1000)`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { said: said.toString().trim(), end: (how) => void child.kill(how) };
}

function isRunning(pid: number): boolean {
  try {
    // A zombie has ended: it waits to be buried.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const standIn = (folder: string) => `
  import { startServer } from '${servers}/server-process.ts';
  const script = 'echo ready >&2; trap "" TERM; while :; do sleep 0.05; done';
  const server = await startServer('sh', ['-c', script], { cwd: '${folder}', ready: 'ready' });
  console.log(server.pid)`;

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a server is gone, and its folder with it, when whoever started it is ended by %s',
  async (how) => {
    const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
    const { said, end } = await started(standIn(folder));
    expect(isRunning(Number(said))).toBe(true);
    end(how);
    await vi.waitUntil(() => !isRunning(Number(said)) && !existsSync(folder), patience);
  },
);

test('a server that has ended before is not watched any more: its number may be of another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { said, end } = await started(standIn(folder));
  process.kill(Number(said), 'SIGKILL');
  const watches = () =>
    readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && commandLine(entry).includes(folder));
  await vi.waitUntil(() => !isRunning(Number(said)), patience);
  await vi.waitUntil(() => !watches(), patience);
  end('SIGKILL');
  expect(existsSync(folder)).toBe(true);
});

function commandLine(pid: string): string {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return line.startsWith('sh\0') ? line : '';
  } catch {
    return '';
  }
}

const real = [
  { what: 'PostgreSQL', programs: postgresPrograms, file: 'postgres-server.ts', start: 'startPostgres' },
  { what: 'MariaDB', programs: mysqlPrograms, file: 'mysql-server.ts', start: 'startMysql' },
];

test.each(
  sampled(
    real.filter(({ programs }) => programs !== undefined),
    1,
  ),
)(
  'a $what is gone with all its processes when a run of tests is killed',
  { timeout: 60_000 },
  async ({ programs, file, start }) => {
    const { said, end } = await started(`
      import { ${start} } from '${servers}/${file}';
      const server = await ${start}(${JSON.stringify(programs)});
      console.log(server.port)`);
    const accepts = () =>
      fetch(`http://127.0.0.1:${said}`).then(
        () => true,
        (error: Error) => !String((error.cause as Error | undefined)?.message).includes('ECONNREFUSED'),
      );
    expect(await accepts()).toBe(true);
    end('SIGKILL');
    await vi.waitFor(async () => expect(await accepts()).toBe(false), patience);
  },
);
