import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deleteNamespace, openScene, orphaned, person, synced } from '../orphans/scene.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { startCommand } from '../support/command-process.ts';

describe('list --orphans', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await openScene();
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  const run = (...args: string[]) =>
    startCommand(sandbox, { command: 'list', args: ['--orphans', ...args], settings: {}, account: person })
      .ended;

  test('shows what a deleted namespace has left in the storage, whatever namespace one is in', async () => {
    const { content } = await synced(sandbox, 'night');
    await deleteNamespace(sandbox);
    const { exitCode, stdout } = await run();
    expect(exitCode).toBe(0);
    const [head, row, ...others] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^CONTENT +SNAPSHOT +PVC +AGE +TYPE +TIERS +DELETE-AFTER +POLICY +SIZE$/);
    expect(row).toMatch(new RegExp(`^${content} +shop/night +data +\\S+ +cronjob +daily +- +Retain `));
    expect(others).toEqual([]);
  });

  test('has data for programs, and names that rebind takes', async () => {
    const { content } = await orphaned(sandbox, 'night');
    const { orphans } = JSON.parse((await run('-o', 'json')).stdout) as { orphans: object[] };
    expect(orphans).toMatchObject([{ name: content, snapshot: 'night', tiers: { daily: '2026-11-20' } }]);
    expect((await run('-o', 'name')).stdout).toBe(
      `volumesnapshotcontent.snapshot.storage.k8s.io/${content}\n`,
    );
  });

  test('narrows to a namespace, and says so when there are none', async () => {
    await orphaned(sandbox, 'night');
    expect((await run('-n', 'shop')).stdout).toContain('shop/night');
    expect(await run('-n', 'blog')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'No orphans of namespace blog found.\n',
    });
  });

  test('cannot be narrowed by what is known of snapshots only', async () => {
    const { exitCode, stderr } = await run('--failed', '--watch');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--orphans cannot be narrowed by --watch and --failed');
  });
});
