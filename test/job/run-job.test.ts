import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CancelledError, EndedBadlyError, UserError } from '../../src/core/errors.ts';
import { halfBody, reset, status } from '../../scripts/faults/fault.ts';
import { startFaults } from '../../scripts/faults/faults.ts';
import { jobs, pods } from '../../scripts/sandbox/objects/kinds.ts';
import { keptAliveBy } from '../../src/job/followed-pod.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { add, cronJob, openShop, run } from './scene.ts';

describe('create --job', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await openShop();
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  test('makes the Job that kubectl makes, and prints what its container writes', async () => {
    const { metadata } = add(sandbox, cronJob('backup', 'echo first; sleep 0.2; printf last'));
    const { ended, printed, lines } = run(sandbox);
    expect(await ended).toMatchObject({ outcome: 'complete', exitCode: 0 });
    expect(printed()).toBe('first\nlast');
    expect(lines.map(({ msg }) => msg)).not.toContain('Waiting for the next attempt of the Job');
    const [job] = sandbox.objects.all(jobs, 'shop');
    expect(job).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^backup-[a-z0-9]{8}$/) as string,
        labels: { team: 'shop' },
        annotations: { note: 'by the template', 'cronjob.kubernetes.io/instantiate': 'manual' },
        ownerReferences: [
          { apiVersion: 'batch/v1', kind: 'CronJob', name: 'backup', uid: metadata.uid, controller: true },
        ],
      },
      spec: { backoffLimit: 0 },
    });
    expect(job?.metadata.ownerReferences?.[0]).not.toHaveProperty('blockOwnerDeletion');
  });

  test.each([2, 6, 42])('ends with exit code %i of the container', async (exitCode) => {
    add(sandbox, cronJob('backup', `echo '{"error":"why"}'; exit ${exitCode}`));
    const { ended, printed } = run(sandbox);
    const error = await ended;
    expect(error).toBeInstanceOf(EndedBadlyError);
    expect(error).toMatchObject({
      exitCode,
      message: expect.stringContaining(`ended with exit code ${exitCode}`) as string,
    });
    expect(printed()).toBe('{"error":"why"}\n');
  });

  test('runs a suspended CronJob all the same, and says so', async () => {
    add(sandbox, cronJob('backup', 'echo done', { suspend: true }));
    const { ended, lines } = run(sandbox);
    expect(await ended).toMatchObject({ outcome: 'complete', exitCode: 0 });
    expect(lines.map(({ msg }) => msg)).toContain(
      'the CronJob is suspended, so its schedule runs nothing; this Job runs all the same',
    );
  });

  test('asks which CronJob is meant where several make backups, and takes the one that is named', async () => {
    add(sandbox, cronJob('database', 'echo database'));
    add(sandbox, cronJob('files', 'echo files'));
    expect(await run(sandbox).ended).toMatchObject({
      reason: 'preflight',
      message: "2 CronJobs of namespace 'shop' make backups; say which is meant: --job database, --job files",
    });
    const { ended, printed } = run(sandbox, 'files');
    expect(await ended).toMatchObject({ outcome: 'complete', exitCode: 0 });
    expect(printed()).toBe('files\n');
    expect(await run(sandbox, 'none').ended).toMatchObject({
      message: expect.stringContaining(
        "has the name 'none'; there is: --job database, --job files",
      ) as string,
    });
  });

  test('makes no Job of a CronJob that makes no backups', async () => {
    const other = cronJob('other', 'echo other');
    const foreign = JSON.parse(
      JSON.stringify(other).replace('"ghcr.io/backup-ns/backup-ns:1"', '"busybox"'),
    ) as typeof other;
    add(sandbox, foreign);
    expect(await run(sandbox).ended).toMatchObject({
      message: expect.stringContaining("No CronJob of namespace 'shop' makes backups") as string,
    });
    expect(await run(sandbox, 'other').ended).toBeInstanceOf(UserError);
    expect(sandbox.objects.all(jobs, 'shop')).toEqual([]);
  });

  test('prints each byte once, whatever breaks on the way', async () => {
    add(sandbox, cronJob('backup', 'for i in 1 2 3 4 5 6; do echo line $i; sleep 0.1; done'));
    await using faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} });
    faults.inject({ verb: 'list', resource: 'pods' }, status(500));
    faults.inject({ verb: 'create', resource: 'jobs' }, reset('after'));
    const ofLog = { resource: 'pods', subresource: 'log' };
    for (const fault of [halfBody(), status(500), reset('before')]) faults.inject(ofLog, fault);
    const { ended, printed } = run(sandbox, undefined, faults.url);
    expect(await ended).toMatchObject({ outcome: 'complete', exitCode: 0 });
    expect(printed()).toBe([1, 2, 3, 4, 5, 6].map((i) => `line ${i}\n`).join(''));
    expect(sandbox.objects.all(jobs, 'shop')).toHaveLength(1);
    expect(faults.requests.filter(({ subresource }) => subresource === 'log').length).toBeGreaterThan(3);
  });

  test('says that the Job goes on, and how it is stopped, when nobody wants to follow it any more', async () => {
    add(sandbox, cronJob('backup', 'echo begun; sleep 60'));
    const { ended, printed, stop } = run(sandbox);
    await vi.waitFor(() => expect(printed()).toBe('begun\n'));
    stop.abort(new CancelledError('Stopped by SIGINT'));
    const error = (await ended) as Error;
    const [job] = sandbox.objects.all(jobs, 'shop');
    const name = job?.metadata.name;
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.message).toBe(
      `Job '${name}' goes on; follow it again: kubectl -n shop logs -f job/${name}, or stop it: kubectl -n shop delete job ${name}`,
    );
    expect(sandbox.objects.all(pods, 'shop')).toHaveLength(1);
  });

  test('ends when the Job is deleted', async () => {
    add(sandbox, cronJob('backup', 'echo begun; sleep 60'));
    const { ended, printed } = run(sandbox);
    await vi.waitFor(() => expect(printed()).toBe('begun\n'));
    const [job] = sandbox.objects.all(jobs, 'shop');
    sandbox.objects.delete(jobs, 'shop', job?.metadata.name ?? '');
    const [pod] = sandbox.objects.all(pods, 'shop');
    if (pod) sandbox.objects.delete(pods, 'shop', pod.metadata.name ?? '');
    // Of the container that was stopped, its end may have been seen.
    expect(await ended).toMatchObject({
      message: expect.stringMatching(
        / was deleted, and (?:had failed|nothing is known of its end)/,
      ) as string,
    });
  });

  test('sees that a sidecar keeps the pod alive whose backup has ended', async () => {
    const made = cronJob('backup', 'echo done');
    const text = JSON.stringify(made).replace(
      '"containers":[',
      '"containers":[{"name":"proxy","image":"proxy","command":["sleep","60"]},',
    );
    add(sandbox, JSON.parse(text) as typeof made);
    const { ended, printed, stop } = run(sandbox);
    await vi.waitFor(() => {
      const [pod] = sandbox.objects.all(pods, 'shop');
      expect(pod && keptAliveBy(pod)).toEqual(['proxy']);
      expect(printed()).toBe('done\n');
    });
    stop.abort(new CancelledError('Stopped by SIGINT'));
    await ended;
  });

  test('says of a suspended Job that it is, once', async () => {
    add(sandbox, cronJob('backup', 'echo done', {}, { suspend: true }));
    const { ended, lines, stop } = run(sandbox);
    await vi.waitFor(() =>
      expect(lines.some(({ msg }) => msg.includes('is suspended; let it run'))).toBe(true),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    stop.abort(new CancelledError('Stopped by SIGINT'));
    await ended;
    expect(lines.filter(({ msg }) => msg.includes('is suspended; let it run'))).toHaveLength(1);
  });
});
