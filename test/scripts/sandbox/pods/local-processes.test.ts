import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { rejectionOf } from '../../../kube/fixtures.ts';
import { LocalProcesses } from '../../../../scripts/sandbox/pods/local-processes.ts';
import type { LocalProcess } from '../../../../scripts/sandbox/pods/local-processes.ts';
import { StartError } from '../../../../scripts/sandbox/pods/process-end.ts';
import { isAlive } from './support.ts';

const env = { PATH: process.env.PATH ?? '' };
const stdio = ['ignore', 'pipe', 'inherit'] as const;
const shell = (script: string) => ({ command: ['sh', '-c', script], cwd: '/', env, stdio: [...stdio] });

/** The numbers that a process prints, one a line. */
async function pidsFrom(process: LocalProcess, count: number): Promise<number[]> {
  let printed = '';
  for await (const chunk of process.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    printed += String(chunk);
    if (printed.split('\n').length > count) break;
  }
  return printed.trim().split('\n').map(Number);
}

test.each<[string, string, number, object]>([
  ['an exit', 'exit 0', 0, {}],
  ['an exit with a code', 'exit 7', 7, {}],
  ['a signal', 'kill -TERM $$', 143, { signal: 15 }],
])('the end by %s is told', async (_, script, exitCode, signal) => {
  await using processes = new LocalProcesses();
  const process = await processes.start(shell(script));
  expect(await process.exited).toEqual({ exitCode, ...signal });
});

test('a process leads a session of its own, in its folder, with its environment alone', async () => {
  await using processes = new LocalProcesses();
  const script = 'read -r stat < /proc/$$/stat; echo "$stat" | cut -d" " -f6; pwd; env | grep FRUIT; env';
  const options = { ...shell(script), cwd: '/tmp', env: { ...env, FRUIT: 'pear' } };
  const process = await processes.start(options);
  const output = await text(process.stdout!);
  expect(output).toMatch(new RegExp(`^${process.pid}\n/tmp\nFRUIT=pear\n`));
  expect(output).not.toContain('VITEST');
});

test('dispose kills what is left, whether it listens to TERM, has children, or has lost its parent', async () => {
  const processes = new LocalProcesses();
  const start = async (script: string, count: number) => {
    const process = await processes.start(shell(script));
    return { process, pids: await pidsFrom(process, count) };
  };
  const [stubborn, parent, orphaning] = await Promise.all([
    start('trap "" TERM; echo $$; while :; do sleep 1000; done', 1),
    start("sh -c 'echo $$; exec sleep 1000' & echo $$; wait", 2),
    start("sh -c 'echo $$; exec sleep 1000' &", 1),
  ]);
  const pids = [stubborn, parent, orphaning].flatMap((started) => started.pids);
  expect(await orphaning.process.exited).toEqual({ exitCode: 0 });
  expect(pids.filter(isAlive)).toEqual(pids);
  await processes[Symbol.asyncDispose]();
  expect(pids.filter(isAlive)).toEqual([]);
  expect(await parent.process.exited).toEqual({ exitCode: 137, signal: 9 });
});

test('dispose does not wait for a process that has left for another session, nor for its output', async () => {
  const processes = new LocalProcesses();
  const process = await processes.start(shell("setsid sh -c 'echo $$; exec sleep 1000' & wait"));
  const [pid = 0] = await pidsFrom(process, 1);
  onTestFinished(() => void globalThis.process.kill(pid, 'SIGKILL'));
  const closed = new Promise((resolve) => process.stdout?.once('close', resolve));
  process.kill('SIGTERM');
  await process.exited;
  await processes[Symbol.asyncDispose]();
  await closed;
  expect(isAlive(pid)).toBe(true);
});

test('dispose does not wait for a dead process whose parent, in another session, does not bury it', async () => {
  const processes = new LocalProcesses();
  // The parent of `cat` becomes a `sleep`, which does not care for children.
  const script = `exec 3<&0; sh -c 'cat <&3 & echo $!; exec setsid sh -c "echo \\$\\$; exec sleep 1000"' & wait`;
  const process = await processes.start({ ...shell(script), stdio: ['pipe', 'pipe', 'inherit'] });
  const [dead = 0, parent = 0] = await pidsFrom(process, 2);
  onTestFinished(() => void globalThis.process.kill(parent, 'SIGKILL'));
  await vi.waitUntil(() => readFileSync(`/proc/${parent}/comm`, 'utf8') === 'sleep\n');
  process.stdin?.end();
  await vi.waitUntil(() => !isAlive(dead));
  await processes[Symbol.asyncDispose]();
  expect(globalThis.process.kill(dead, 0)).toBe(true);
});

test('nothing is started after dispose', async () => {
  const processes = new LocalProcesses();
  await processes[Symbol.asyncDispose]();
  expect(await rejectionOf(processes.start(shell('true')))).toMatchObject({
    message: 'container is not running',
  });
});

test.each([
  ['a program that is not in the path', 'nope', '/', 'exec: "nope": executable file not found in $PATH'],
  ['a program that is not there', '/nope', '/', 'exec: "/nope": stat /nope: no such file or directory'],
  ['a file that is not a program', '/etc/passwd', '/', 'exec: "/etc/passwd": permission denied'],
  ['a folder that is not there', 'true', '/nope', 'chdir to cwd ("/nope") set in config.json failed'],
  ['a path through a file', '/etc/passwd/x', '/', 'exec: "/etc/passwd/x": spawn ENOTDIR'],
])('%s is an error in runc’s words', async (_, program, cwd, words) => {
  await using processes = new LocalProcesses();
  const error = await rejectionOf(processes.start({ ...shell(''), command: [program], cwd }));
  expect(error).toBeInstanceOf(StartError);
  expect((error as Error).message).toContain(`unable to start container process: ${words}`);
});
