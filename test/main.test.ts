import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { commitOf } from '../scripts/bundle/commit.ts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const source = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'main-'));
/** Bundled, as it is shipped: it starts in a fifth of the time. */
const main = join(folder, 'main.mjs');

beforeAll(async () => {
  const js = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
  const common = { bundle: true, platform: 'node', format: 'esm', target: 'node24' } as const;
  await build({ ...common, entryPoints: [source], outfile: main, banner: { js }, logLevel: 'error' });
});

/** Tries for eight seconds to reach a server, while the other tests run. */
let withoutServer: Started;

beforeAll(() => {
  withoutServer = spawnMain(['list', '-n', 'shop'], { KUBECONFIG: kubeconfig('http://127.0.0.1:1') });
});

afterAll(() => {
  withoutServer.child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout, which is the result. */
  readonly result: unknown;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

function start(args: readonly string[], environment: Record<string, string> = {}): Started {
  const started = spawnMain(args, environment);
  onTestFinished(() => void started.child.kill('SIGKILL'));
  return started;
}

function spawnMain(args: readonly string[], environment: Record<string, string>): Started {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, HOME: '/nonexistent', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: endOf(child, text(child.stdout), text(child.stderr)) };
}

async function endOf(child: ChildProcess, out: Promise<string>, err: Promise<string>): Promise<Ended> {
  await once(child, 'exit');
  const [stdout, stderr] = [await out, await err];
  return { exitCode: child.exitCode, stdout, stderr, result: parsed(stdout.trimEnd().split('\n').at(-1)) };
}

function parsed(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}

const run = (args: readonly string[], environment: Record<string, string> = {}) =>
  start(args, environment).ended;

/** The path of a kubeconfig for a cluster at this address. */
function kubeconfig(server: string): string {
  const path = join(folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'shop' } }],
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: { token: 'token' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** A server that takes connections and never says a word. */
async function silentServer() {
  const server = createServer((socket) => void socket.on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, connection: once(server, 'connection') };
}

/** What the kubelet tells every container. */
const inPod = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };

describe('wrong settings', () => {
  it('end with exit code 2, all at once, and in a pod as JSON on the only line', async () => {
    const { exitCode, result, stdout, stderr } = await run(['create', '--flock-count', 'two'], {
      ...inPod,
      BAK_PVC_NAME: 'a,,b',
      BAK_PVC_NAM: 'data',
    });
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^\{"error":"BAK_PVC_NAME /);
    expect(result).toMatchObject({ reason: 'settings', exitCode: 2, level: 'error' });
    const { error } = result as { error: string };
    expect(error.split('\n')).toEqual([
      expect.stringContaining("BAK_PVC_NAME (--pvc-name) is 'a,,b'"),
      expect.stringContaining("BAK_FLOCK_COUNT (--flock-count) is 'two'"),
      expect.stringContaining('No database is chosen'),
      expect.stringContaining('did you mean BAK_PVC_NAME?'),
    ]);
    expect(stderr).toBe('');
  });

  it('are elsewhere a line of the log each, also where stdout is a pipe', async () => {
    const wrong = { BAK_PVC_NAME: 'a,,b', BAK_PVC_NAM: 'data' };
    const { exitCode, stdout, stderr } = await run(['create', '--flock-count', 'two'], wrong);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(4);
  });

  it('are also a kubeconfig that is not there', async () => {
    const { exitCode, result } = await run(['create', '--db-skip', '--kubeconfig', '/nowhere'], inPod);
    expect(exitCode).toBe(2);
    expect(result).toMatchObject({
      reason: 'settings',
      error: expect.stringContaining('/nowhere') as string,
    });
  });

  it('never show a secret', async () => {
    const { stdout, stderr } = await run(['create'], {
      BAK_DB_POSTGRES: 'maybe',
      BAK_DB_POSTGRES_PASSWORD: 'sesame',
    });
    expect(stdout + stderr).not.toContain('sesame');
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['crate']],
    ['an unknown flag', ['create', '--pvc', 'data']],
    ['a word too many', ['create', 'data']],
    ['no command', []],
    ['an unknown flag of env', ['env', 'create', '--pvc', 'data']],
    ['env of an unknown command', ['env', 'crate']],
    ['an unknown format', ['env', 'create', '--db-skip', '-o', 'xml']],
  ])('is %s: exit code 2, and words on stderr', async (_, args: string[]) => {
    const { exitCode, stderr, stdout } = await run(args);
    expect(exitCode).toBe(2);
    expect(stderr).not.toBe('');
    expect(stdout).toBe('');
  });
});

it('a Node that is too old is named, before it stumbles', async () => {
  const preload = join(folder, 'old-node.cjs');
  const versions = "{ ...process.versions, node: '22.9.0' }";
  writeFileSync(preload, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  const built = fileURLToPath(new URL('../dist/backup-ns.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--require', preload, built, '--help']);
  const { exitCode, stdout, stderr } = await endOf(child, text(child.stdout), text(child.stderr));
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(
    /^backup-ns needs Node\.js 24 or later, and .* is v[0-9.]+; run it with a newer one\n$/,
  );
});

describe('--help', () => {
  it('of create lists its flags, variables and exit codes', async () => {
    const { exitCode, stdout, stderr } = await run(['create', '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('[BAK_PVC_NAME]');
    const codes = [...stdout.slice(stdout.indexOf('Exit codes:')).matchAll(/^ +(\d+) {2}\S/gm)];
    expect(codes.map(([, code]) => Number(code))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 130]);
  });

  it('names every command', async () => {
    const { exitCode, stdout } = await run(['--help']);
    expect(exitCode).toBe(0);
    for (const command of ['create', 'env']) expect(stdout).toMatch(new RegExp(`^ +${command}\\b`, 'm'));
  });
});

describe('version', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const built = join(root, 'dist', 'backup-ns.mjs');
  const runBuilt = async (...args: string[]) => {
    const child = spawn(process.execPath, [built, ...args]);
    return await endOf(child, text(child.stdout), text(child.stderr));
  };

  it('says what is built, of which commit, and what it runs in', async () => {
    const aCommit: unknown = expect.stringMatching(/^[0-9a-f]{40}(?:-dirty)?$/);
    // Sources without their history have none.
    const { exitCode, result } = await runBuilt('version', '-o', 'json');
    expect({ exitCode, result }).toEqual({
      exitCode: 0,
      result: {
        version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
        ...(commitOf(root) !== undefined && { commit: aCommit }),
        node: process.version,
        platform: `${process.platform}/${process.arch}`,
      },
    });
    const { stdout } = await runBuilt('version');
    expect(stdout).toMatch(/^Version: +\d+\.\d+\.\d+/);
    expect((await runBuilt('--version')).stdout).toBe(`${(result as { version: string }).version}\n`);
  });

  it('of a program that nobody built says so', async () => {
    const { stdout } = await run(['version']);
    expect(stdout).toMatch(/^Version: +development\nCommit: +unknown\nNode\.js: +v/);
  });
});

describe('env', () => {
  const environment = {
    BAK_DB_POSTGRES: 'true',
    BAK_DB_POSTGRES_PASSWORD: 'sesame',
    BAK_PVC_NAME: 'media',
  };

  it('prints the settings in force as JSON, with their origin, secrets masked', async () => {
    const { exitCode, result, stdout } = await run(
      ['env', 'create', '-o', 'json', '--namespace', 'shop'],
      environment,
    );
    expect(exitCode).toBe(0);
    expect(result).toEqual(
      expect.arrayContaining([
        { name: 'BAK_NAMESPACE', value: 'shop', origin: 'flag', isSecret: false },
        { name: 'BAK_PVC_NAME', value: 'media', origin: 'environment', isSecret: false },
        { name: 'TZ', value: 'UTC', origin: 'default', isSecret: false },
        { name: 'BAK_DB_POSTGRES_PASSWORD', value: '***', origin: 'environment', isSecret: true },
      ]),
    );
    expect(stdout).not.toContain('sesame');
  });

  it('prints them as a table', async () => {
    const { exitCode, stdout } = await run(['env', 'create'], environment);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^SETTING +FROM +VALUE$/m);
    expect(stdout).toMatch(/^BAK_PVC_NAME +environment +media$/m);
    expect(stdout).toMatch(/^BAK_DB_POSTGRES_PASSWORD +environment +\*\*\*$/m);
    expect(stdout).toMatch(/^BAK_DB_POSTGRES_USER +default +\$\{POSTGRES_USER\}$/m);
  });

  it('prints them as YAML', async () => {
    const { exitCode, stdout } = await run(['env', 'create', '-o', 'yaml'], environment);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('- name: BAK_PVC_NAME\n  value: media\n  origin: environment\n');
  });

  it('prints them also where they are wrong, and ends with exit code 2', async () => {
    const { exitCode, result, stderr } = await run(['env', 'create', '-o', 'json'], { BAK_PVC_NAME: 'a,,b' });
    expect(exitCode).toBe(2);
    expect(result).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'BAK_PVC_NAME', value: 'a,,b' })]),
    );
    expect(stderr).toContain("BAK_PVC_NAME (--pvc-name) is 'a,,b'");
  });
});

describe('a stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s ends with 130 and says so', async (signal) => {
    const server = await silentServer();
    const { child, ended } = start(['create', '--db-skip'], { ...inPod, KUBECONFIG: kubeconfig(server.url) });
    await server.connection;
    child.kill(signal);
    const { exitCode, result } = await ended;
    expect(exitCode).toBe(130);
    expect(result).toEqual({
      error: `Stopped by ${signal}`,
      reason: 'cancelled',
      exitCode: 130,
      level: 'error',
    });
  });
});

it('the log goes to stderr as JSON, one object per line', async () => {
  const { stderr } = await run(['create']);
  for (const line of stderr.trimEnd().split('\n')) {
    expect(parsed(line)).toMatchObject({ level: 'error', msg: expect.any(String) as string });
  }
});

describe('simulate', () => {
  it('needs no cluster, and shows a person what there would be', async () => {
    const kubeconfig = { KUBECONFIG: '/nowhere' };
    const { exitCode, stdout, stderr } = await run(['simulate', '--for', '60d'], kubeconfig);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^daily +7 +7 /m);
    const { result } = await run(
      ['simulate', '--for', '60d', '--failures', '100%', '-o', 'json'],
      kubeconfig,
    );
    expect(result).toMatchObject({ runs: 60, failed: 60, snapshots: [] });
  });

  it.each([
    ['a setting that is wrong', ['--schedule', 'never'], "--schedule is 'never'; it must be"],
    [
      'a change outside of it',
      ['--change', '2020-01-01 daily=1'],
      'The change of 2020-01-01 (--change) is outside',
    ],
    ['too many runs', ['--schedule', '* * * * *'], "--schedule is '* * * * *', which comes about"],
  ])('ends with exit code 2 for %s', async (_, args, words) => {
    const { exitCode, stdout, stderr } = await run(['simulate', ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(words)]);
  });
});

describe('the API server', () => {
  it('that cannot be reached is one sentence, without a stack', async () => {
    const { exitCode, stderr } = await withoutServer.ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /"msg":"The API server cannot be reached \(GET .*ECONNREFUSED.*\); check the server/,
    );
    expect(stderr).not.toContain('stack');
  }, 20_000);
});
