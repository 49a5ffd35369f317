import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { backupReport } from '../../src/backup/report.ts';
import { recordRefused } from '../../src/record/recorded.ts';
import { ProblemsError } from '../../src/core/errors.ts';
import { events, jobs, pods } from '../../src/kube/resources.ts';
import { kubeError } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';
import { gateway } from '../record/gateway.ts';
import { Shop } from './shop.ts';

const owner = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'batch/v1', kind, name, uid: `uid-${name}`, controller: true }],
});
const pod = { BAK_LABEL_VS_POD: 'nightly-1-abc' };

/** A shop whose backup runs in a pod of a Job that a CronJob made. */
function scheduledShop(): Shop {
  const shop = new Shop();
  shop.kube.put(pods, object('Pod', { name: 'nightly-1-abc', ...owner('Job', 'nightly-1') }));
  shop.kube.put(jobs, object('Job', { name: 'nightly-1', ...owner('CronJob', 'nightly') }));
  return shop;
}

const warnings = (shop: Shop) => shop.context.lines.filter(({ level }) => level === 40);
const eventsOf = (shop: Shop) =>
  shop.kube.all(events).map(({ involvedObject, type, reason, message }) => ({
    about: (involvedObject as { kind: string; name: string; uid: string }).uid,
    type,
    reason,
    message,
  }));

/** Goes on for as long as somebody listens. */
function endless(response: ServerResponse): void {
  const piece = 'x'.repeat(10_000);
  const more = () => void (response.destroyed || setImmediate(() => response.write(piece, more)));
  more();
}

describe('settings that are refused', () => {
  const error = new ProblemsError('settings', ['BAK_PVCNAME is not a setting', 'No database is chosen']);
  const report = backupReport('shop', undefined);
  const metricsAt = (url: string) => ({ url, authorization: '' });

  it('are told to the Job and the CronJob', async () => {
    const shop = scheduledShop();
    const settings = { pod: 'nightly-1-abc', metrics: undefined };
    await recordRefused(error, { settings, report }, shop.context);
    const message =
      "Backup of namespace 'shop' ended with exit code 2: BAK_PVCNAME is not a setting; No database is chosen";
    expect(eventsOf(shop)).toEqual(
      ['uid-nightly-1', 'uid-nightly'].map((about) => ({
        about,
        type: 'Warning',
        reason: 'BackupFailed',
        message,
      })),
    );
  });

  it('are pushed as exit code 2 where the next backup of the CronJob replaces that', async () => {
    const { url, pushes } = await gateway();
    const shop = scheduledShop();
    const settings = { pod: 'nightly-1-abc', metrics: metricsAt(url) };
    await recordRefused(error, { settings, report }, shop.context);
    await shop.backup({ ...pod, BAK_METRICS_PUSH_URL: url });
    const path = '/metrics/job/backup-ns/namespace/shop/cronjob/nightly';
    expect(pushes).toMatchObject([
      { path, body: expect.stringMatching(/^backupns_last_run_exit_code 2$/m) as string },
      { path, body: expect.stringMatching(/^backupns_last_run_exit_code\{pvc="data"\} 0$/m) as string },
    ]);
    expect(pushes[0]?.body).not.toContain('last_success');
    expect(warnings(shop)).toEqual([]);
  });

  it('are not pushed where nothing would ever replace that, which is a warning', async () => {
    const { url, pushes } = await gateway();
    const shop = new Shop();
    await recordRefused(error, { settings: { pod: 'db-1', metrics: metricsAt(url) }, report }, shop.context);
    expect(pushes).toEqual([]);
    expect(warnings(shop)).toMatchObject([
      { reason: 'its settings are refused, and no CronJob is known that this backup is of' },
    ]);
  });
});

describe('the end of a backup', () => {
  it('is an event of its Job and of its CronJob', async () => {
    const shop = scheduledShop();
    await shop.backup(pod);
    const told = { type: 'Normal', reason: 'BackupCompleted' };
    expect(eventsOf(shop)).toMatchObject([
      { about: 'uid-nightly-1', ...told },
      { about: 'uid-nightly', ...told },
    ]);
    expect(warnings(shop)).toEqual([]);
  });

  it('is an event also when it failed, and when it was stopped', async () => {
    const shop = scheduledShop();
    shop.dump = { exitCode: 65, stderr: 'disk full' };
    await expect(shop.backup(pod)).rejects.toThrow('disk full');
    shop.context.stop.abort(new Error('Stopped by SIGTERM'));
    await expect(shop.backup(pod)).rejects.toThrow('Stopped by SIGTERM');
    const told = eventsOf(shop).filter(({ about }) => about === 'uid-nightly');
    expect(told).toMatchObject([
      {
        type: 'Warning',
        reason: 'BackupFailed',
        message: expect.stringMatching(/exit code 6: .*disk full/) as string,
      },
      {
        type: 'Warning',
        reason: 'BackupFailed',
        message: expect.stringContaining('Stopped by SIGTERM') as string,
      },
    ]);
  });

  it('is not an event of a pod that no Job made, nor of one that is not there', async () => {
    const shop = new Shop();
    await shop.backup({ BAK_LABEL_VS_POD: 'db-1' });
    await shop.backup({ BAK_LABEL_VS_POD: 'nobody' });
    expect(eventsOf(shop)).toEqual([]);
    expect(warnings(shop)).toEqual([]);
  });

  it('is not changed by events that may not be written, which is a warning', async () => {
    const shop = scheduledShop();
    shop.kube.denied.add('create events');
    await expect(shop.backup(pod)).resolves.toMatchObject({ snapshots: [{ ready: true }] });
    expect(warnings(shop)).toMatchObject([
      { reason: expect.stringContaining('cannot create resource "events"') as string },
    ]);
  });

  it.each([
    ['get jobs', kubeError(500, 'InternalError', 'etcd is away')],
    ['create events', kubeError(500, 'InternalError', 'etcd is away')],
    ['create events', kubeError(409, 'AlreadyExists', 'etcd is away')],
    ['create events', kubeError(0, 'ConnectionLost', 'etcd is away')],
  ])('is not changed by an API server that fails %s, which is a warning', async (call, error) => {
    const shop = scheduledShop();
    // Who wants the backup is asked of the Job, too.
    if (call === 'get jobs') shop.kube.failNext(call, error);
    shop.kube.failNext(call, error);
    await expect(shop.backup(pod)).resolves.toMatchObject({ snapshots: [{ ready: true }] });
    expect(warnings(shop)).toMatchObject([{ reason: 'etcd is away' }]);
  });

  it('is pushed, grouped by namespace and PVCs where no CronJob is known', async () => {
    const { url, pushes } = await gateway();
    const shop = new Shop();
    shop.addVolume('files');
    await shop.backup({
      BAK_PVC_NAME: 'data,files',
      BAK_METRICS_PUSH_URL: `${url}/prefix/`,
      BAK_METRICS_PUSH_AUTHORIZATION: 'Bearer sesame',
    });
    expect(pushes).toMatchObject([
      {
        path: '/prefix/metrics/job/backup-ns/namespace/shop/pvc/data%2Cfiles',
        method: 'POST',
        authorization: 'Bearer sesame',
        body: expect.stringMatching(/^backupns_last_run_exit_code 0$/m) as string,
      },
    ]);
    expect(JSON.stringify(shop.snapshots)).not.toContain('sesame');
    expect(warnings(shop)).toEqual([]);
  });

  it('is pushed in the group of its CronJob, which another of the same PVC does not overwrite', async () => {
    const { url, pushes } = await gateway();
    const shop = scheduledShop();
    await shop.backup({ ...pod, BAK_METRICS_PUSH_URL: url });
    expect(pushes.map(({ path }) => path)).toEqual(['/metrics/job/backup-ns/namespace/shop/cronjob/nightly']);
    expect(pushes[0]?.body).toMatch(/^backupns_last_success_step_seconds\{pvc="data",step="lease"\} /m);
  });

  it.each<[string, (shop: Shop) => void]>([
    ['the API server does not say whose pod it is', ({ kube }) => void kube.denied.add('get pods')],
    ['its pod is gone', () => {}],
    [
      'its Job is gone',
      ({ kube }) => {
        const name = 'nightly-29000000-x7k2p';
        kube.put(pods, object('Pod', { name, ...owner('Job', 'nightly-29000000') }));
      },
    ],
  ])('is pushed in the group of its CronJob although %s', async (_, change) => {
    const { url, pushes } = await gateway();
    const shop = new Shop();
    change(shop);
    const variables = { BAK_LABEL_VS_POD: 'nightly-29000000-x7k2p', BAK_METRICS_PUSH_URL: url };
    await shop.backup(variables).catch(() => {});
    expect(pushes.map(({ path }) => path)).toEqual(['/metrics/job/backup-ns/namespace/shop/cronjob/nightly']);
  });

  it('is pushed when it failed, too', async () => {
    const { url, pushes } = await gateway();
    const shop = new Shop();
    shop.dump = { exitCode: 65, stderr: 'disk full' };
    await expect(shop.backup({ BAK_METRICS_PUSH_URL: url })).rejects.toThrow('disk full');
    expect(pushes.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^backupns_last_run_exit_code 6$/m) as string,
    ]);
  });

  it.each([
    [
      'refuses them',
      (response: ServerResponse) => response.writeHead(400).end('pushed metrics are invalid\n'),
      /^HTTP status 400: pushed metrics are invalid$/,
    ],
    [
      'refuses them and repeats the secret',
      (response: ServerResponse) => response.writeHead(401).end('not with\n Bearer sesame'),
      /^HTTP status 401: not with \*\*\*$/,
    ],
    [
      'refuses them without an end',
      (response: ServerResponse) => endless(response.writeHead(500)),
      /^HTTP status 500: x{200}$/,
    ],
    ['breaks off', (response: ServerResponse) => response.destroy(), /^127\.0\.0\.1:\d+: other side closed$/],
  ])('is not changed by a gateway that %s, which is a warning', async (_, answer, reason) => {
    const { url } = await gateway(answer);
    const shop = new Shop();
    const settings = { BAK_METRICS_PUSH_URL: url, BAK_METRICS_PUSH_AUTHORIZATION: 'Bearer sesame' };
    await expect(shop.backup(settings)).resolves.toMatchObject({ dryRun: false });
    expect(warnings(shop)).toMatchObject([{ reason: expect.stringMatching(reason) as string }]);
  });

  it('is pushed to a gateway that goes on answering, whose words are not waited for', async () => {
    const { url, pushes } = await gateway((response) => endless(response.writeHead(200)));
    const shop = new Shop();
    await shop.backup({ BAK_METRICS_PUSH_URL: url });
    expect(pushes).toHaveLength(1);
    expect(warnings(shop)).toEqual([]);
  });

  it.each([301, 302, 303, 304, 307, 308])(
    'is not pushed by a redirection of status %i, which is not followed and is a warning',
    async (status) => {
      const other = await gateway();
      const { url } = await gateway((response) => response.writeHead(status, { location: other.url }).end());
      const shop = new Shop();
      await shop.backup({
        BAK_METRICS_PUSH_URL: url,
        BAK_METRICS_PUSH_AUTHORIZATION: 'Bearer sesame',
      });
      expect(other.pushes).toEqual([]);
      const reason = `HTTP status ${status}: it leads elsewhere, give its own URL`;
      expect(warnings(shop)).toMatchObject([{ reason }]);
    },
  );

  it('does not wait for ever for a gateway that does not answer', async () => {
    const { url, pushes } = await gateway(() => {});
    const shop = new Shop();
    const backup = shop.backup({ BAK_METRICS_PUSH_URL: url });
    await vi.waitFor(() => expect(pushes).toHaveLength(1));
    await shop.context.clock.sleeping(10_000);
    shop.context.clock.advance(10_000);
    await expect(backup).resolves.toMatchObject({ dryRun: false });
    expect(warnings(shop)).toMatchObject([{ reason: 'There was no answer within 10 s' }]);
  });

  it('is neither told nor pushed after a dry run', async () => {
    const { url, pushes } = await gateway();
    const shop = scheduledShop();
    await shop.backup({ ...pod, BAK_DRY_RUN: 'true', BAK_METRICS_PUSH_URL: url });
    expect(eventsOf(shop)).toEqual([]);
    expect(pushes).toEqual([]);
  });
});
