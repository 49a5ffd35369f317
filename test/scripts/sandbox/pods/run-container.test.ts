import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { LocalProcesses } from '../../../../scripts/sandbox/pods/local-processes.ts';
import { runContainer } from '../../../../scripts/sandbox/pods/run-container.ts';
import type { RunningContainer } from '../../../../scripts/sandbox/pods/run-container.ts';
import { isAlive } from './support.ts';

/** A folder with the log of the container that `run` runs in it. */
class TestContainer implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'container-'));
  readonly processes = new LocalProcesses();
  readonly logFile = join(this.folder, 'log');

  run(...command: string[]): RunningContainer {
    const env = { PATH: process.env.PATH ?? '' };
    return runContainer({ command, cwd: this.folder, env, logFile: this.logFile }, this.processes);
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.processes[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }
}

test('the log has stdout and stderr in the order they were written, after what was there', async () => {
  await using container = new TestContainer();
  await container.run('echo', 'first run').exited;
  const { exited } = container.run('sh', '-c', 'pwd; echo err >&2; echo out; exit 3');
  expect(await exited).toEqual({ exitCode: 3 });
  expect(container.log()).toBe(`first run\n${container.folder}\nerr\nout\n`);
});

test('a container has no stdin', async () => {
  await using container = new TestContainer();
  expect(await container.run('cat').exited).toEqual({ exitCode: 0 });
});

test('a signal goes to the main process, whose end takes the others with it', async () => {
  await using container = new TestContainer();
  const script = `trap 'echo stopping; exit 5' TERM; sh -c 'trap "echo me too" TERM; echo $$; while :; do sleep 0.05; done' & wait`;
  const { exited, kill } = container.run('sh', '-c', script);
  await vi.waitUntil(() => container.log().endsWith('\n'));
  const pid = Number(container.log());
  kill('SIGTERM');
  expect(await exited).toEqual({ exitCode: 5 });
  expect(container.log()).toBe(`${pid}\nstopping\n`);
  expect(isAlive(pid)).toBe(false);
});

test('a container that is killed at once ends by that signal', async () => {
  await using container = new TestContainer();
  const { exited, kill } = container.run('sleep', '1000');
  kill('SIGKILL');
  expect(await exited).toEqual({ exitCode: 137, signal: 9 });
});

test('a container whose program is missing says so, and has an empty log', async () => {
  await using container = new TestContainer();
  const { exited, kill } = container.run('nope');
  kill('SIGTERM');
  expect(await exited).toEqual({
    exitCode: 128,
    startError: expect.stringContaining('exec: "nope": executable file not found in $PATH'),
  });
  expect(existsSync(container.logFile)).toBe(true);
  expect(container.log()).toBe('');
});

test('a container ends with its pod', async () => {
  await using container = new TestContainer();
  const { exited } = container.run('sleep', '1000');
  await container.processes[Symbol.asyncDispose]();
  expect(await exited).toEqual({ exitCode: 137, signal: 9 });
});
