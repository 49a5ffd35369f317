import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { load } from 'js-yaml';
import { openScene, nightly, person } from '../orphans/scene.ts';
import { namespace, snap } from '../retention/real-snapshots.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { startCommand } from '../support/command-process.ts';

describe('a description of a snapshot', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await openScene();
    await snap(sandbox, 'night', nightly);
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  const run = (...args: string[]) =>
    startCommand(sandbox, {
      command: 'describe',
      args: ['-n', namespace, ...args],
      settings: {},
      account: person,
    }).ended;

  test('shows a snapshot to a person who may not get PVCs, and says that they may not', async () => {
    const { exitCode, stdout, stderr } = await run('volumesnapshot.snapshot.storage.k8s.io/night');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Name: +night$/m);
    expect(stdout).toMatch(/^PVC: +data, which you may not look at$/m);
    expect(stdout).toMatch(/^Stands for: +daily=2026-11-20 \(type cronjob\)$/m);
    expect(stdout).toMatch(/^Deletion: +Delete: the data goes with the snapshot, and with its namespace$/m);
    expect(stdout).toContain(`\n  backup-ns restore -n ${namespace} night --pvc data-restored --wait\n`);
  });

  test('has the same for programs, as JSON and as YAML', async () => {
    const [asJson, asYaml] = await Promise.all([run('night', '-o', 'json'), run('night', '-o', 'yaml')]);
    const { describedAt: _, ...described } = JSON.parse(asJson.stdout) as Record<string, unknown>;
    expect(described).toMatchObject({
      name: 'night',
      tiers: { daily: '2026-11-20' },
      storage: { data: 'there', deletionPolicy: 'Delete' },
    });
    expect(load(asYaml.stdout)).toMatchObject(described);
  });

  test('of a snapshot that is not there ends with exit code 4, and one sentence', async () => {
    const { exitCode, stdout, stderr } = await run('none');
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain("There is no VolumeSnapshot 'none' in namespace 'shop'; find its name");
  });
});
