import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

const script = join(import.meta.dirname, '../../../scripts/tests/end-with-our-parent.ts');

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test.each([
  ['itself', 'exec "$0" "$@"'],
  // As npm does.
  ['by way of a shell', '"$0" "$@"; exit'],
])('a run ends when who started it %s is killed', async (_, shell) => {
  const child = `import { endWithOurParent } from '${script}'; endWithOurParent();
    console.log(process.pid); setTimeout(() => {}, 60_000)`;
  const args = ['-c', shell, process.execPath, '--input-type=module', '-e', child];
  const npm = `require('node:child_process').spawn('sh', ${JSON.stringify(args)}, { stdio: 'inherit' });
    setTimeout(() => {}, 60_000)`;
  const parent = spawn(process.execPath, ['-e', npm], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  expect(isRunning(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitUntil(() => !isRunning(pid), { timeout: 15_000, interval: 50 });
});
