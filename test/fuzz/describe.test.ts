import { expect, it } from 'vitest';
import { describe } from '../../src/cli/describe.ts';
import { UserError } from '../../src/core/errors.ts';
import { harmless } from '../../src/core/terminal-text.ts';
import { KubeError } from '../../src/kube/error.ts';
import { snapshots } from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { now } from '../retention/support.ts';
import { sampled } from '../support/exhaustive.ts';
import { runCommand } from './run-command.ts';
import { size } from './size.ts';
import { hostileWorld, load } from './world.ts';

it(
  `a snapshot is described to its end, and steers no terminal, whatever a tenant has written (seed ${size.seed})`,
  { timeout: size.timeout },
  async () => {
    const { world, namespaces } = hostileWorld(size);
    await using sandbox = await openSandbox({ start: now, isStill: true });
    load(sandbox, world);
    const all = namespaces.flatMap((namespace) => sandbox.objects.all(snapshots, namespace));
    expect(all.length).toBeGreaterThan(10);
    for (const { metadata } of sampled(all, 25)) {
      const { namespace = '', name = '' } = metadata;
      const ran = await runCommand(describe, { flags: { snapshot: name, namespace } }, sandbox);
      const isTold = ran.error instanceof UserError || ran.error instanceof KubeError;
      if (ran.error !== undefined && !isTold) throw ran.error as Error;
      for (const text of [...Object.values(ran.printed), ran.log, ran.terminal]) {
        expect(harmless(text) === text).toBe(true);
      }
      for (const line of (ran.printed['text'] ?? '').split('\n')) expect(line.length).toBeLessThan(16 * 1024);
      expect(ran.requests.filter(({ verb }) => verb !== 'get' && verb !== 'list')).toEqual([]);
    }
  },
);
