import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sampled } from '../support/exhaustive.ts';

const scripts = join(import.meta.dirname, '..', '..', 'scripts');
const run = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(scripts, script), ...args], { encoding: 'utf8' });

it.each(sampled(['demo/main.ts', 'pictures/main.ts', 'demo-on-cluster.ts', 'mutants/main.ts', 'e2e.ts'], 2))(
  '--help of a script shows its usage, and nothing is built or brought up: %s',
  (script) => {
    const { status, stdout, stderr } = run(script, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: npm run [a-z2:]+ -- /);
  },
);

it('an option that a script does not have is named, with its usage and without a stack', () => {
  const { status, stdout, stderr } = run('demo/main.ts', '--bogus');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^Unknown option '--bogus'\n\nUsage: npm run demo -- /);
});
