import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { endWithUs } from '../../scripts/servers/server-process.ts';
import { freePort } from '../../scripts/servers/free-port.ts';
import { jobs, pods } from '../../src/kube/resources.ts';
import { object } from '../support/objects.ts';
import { goodDump, Shop } from './shop.ts';

/** Debian calls it after its package. */
const program = ['prometheus-pushgateway', 'pushgateway'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

/** Resolves to its URL. */
async function startPushgateway(): Promise<{ readonly url: string; stop(): void }> {
  const address = `127.0.0.1:${await freePort()}`;
  // Debian's keeps what it was told in a file of the machine, for whoever starts it next.
  const args = [`--web.listen-address=${address}`, '--persistence.file='];
  const gateway = spawn(program!, args, { stdio: 'ignore' });
  endWithUs(gateway);
  const url = `http://${address}`;
  const isReady = async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200);
  await vi.waitFor(isReady, { timeout: 10_000 });
  return { url, stop: () => void gateway.kill() };
}

/** The pod of a Job that this CronJob made. */
function runsIn({ kube }: Shop, cronJob: string): void {
  const owner = (kind: string, name: string) => ({
    ownerReferences: [{ apiVersion: 'batch/v1', kind, name, uid: `uid-${name}`, controller: true }],
  });
  kube.put(pods, object('Pod', { name: `${cronJob}-1-abc`, ...owner('Job', `${cronJob}-1`) }));
  kube.put(jobs, object('Job', { name: `${cronJob}-1`, ...owner('CronJob', cronJob) }));
}

describe.skipIf(!program)('a real Pushgateway', () => {
  let gateway: Awaited<ReturnType<typeof startPushgateway>>;
  let metrics: string[];

  beforeAll(async () => {
    gateway = await startPushgateway();
    const { url } = gateway;
    const shop = new Shop();
    const settings = { BAK_METRICS_PUSH_URL: url, BAK_METRICS_PUSH_AUTHORIZATION: 'Bearer any' };
    await shop.backup(settings);
    shop.dump = { exitCode: 65, stderr: 'disk full' };
    await expect(shop.backup(settings)).rejects.toThrow('disk full');
    shop.addVolume('files');
    await expect(shop.backup({ ...settings, BAK_PVC_NAME: 'data,files' })).rejects.toThrow('disk full');
    shop.dump = goodDump;
    runsIn(shop, 'hourly');
    await shop.backup({ ...settings, BAK_LABEL_VS_POD: 'hourly-1-abc' });
    runsIn(shop, 'nightly');
    shop.dump = { exitCode: 65, stderr: 'disk full' };
    await expect(shop.backup({ ...settings, BAK_LABEL_VS_POD: 'nightly-1-abc' })).rejects.toThrow(
      'disk full',
    );
    metrics = (await (await fetch(`${url}/metrics`)).text()).split('\n');
    expect(shop.context.lines.filter(({ msg }) => msg.includes('metrics'))).toEqual([]);
  });

  afterAll(() => gateway.stop());

  const ofBackup = (pvc: string, name: string, cronJob?: string) =>
    metrics
      .filter((line) => line.startsWith(`backupns_${name}{`) && line.includes(`pvc="${pvc}"`))
      .filter((line) => /cronjob="(.*?)"/.exec(line)?.[1] === cronJob)
      .map((line) => line.split(' ').at(-1));

  it('has the labels of the backup on all that it was told', () => {
    const lines = metrics.filter((line) => line.startsWith('backupns_last_success_dump_bytes{'));
    expect(lines.toSorted()).toEqual([
      'backupns_last_success_dump_bytes{cronjob="hourly",database="shop",engine="postgres",instance="",job="backup-ns",namespace="shop",path="/data/dump.sql.gz",pvc="data"} 1234',
      'backupns_last_success_dump_bytes{database="shop",engine="postgres",instance="",job="backup-ns",namespace="shop",path="/data/dump.sql.gz",pvc="data"} 1234',
    ]);
  });

  it('knows after a failure when the last complete backup was, and that the last one failed', () => {
    expect(ofBackup('data', 'last_run_exit_code')).toEqual(['6']);
    expect(ofBackup('data', 'last_success_timestamp_seconds')).toHaveLength(1);
    expect(ofBackup('data', 'last_success_snapshots')).toEqual(['1']);
  });

  it('tells CronJobs that back up the same PVC apart', () => {
    expect(ofBackup('data', 'last_run_exit_code', 'hourly')).toEqual(['0']);
    expect(ofBackup('data', 'last_run_exit_code', 'nightly')).toEqual(['6']);
    expect(ofBackup('data', 'last_success_timestamp_seconds', 'nightly')).toEqual([]);
  });

  it('tells backups of other PVCs apart', () => {
    expect(ofBackup('data,files', 'last_run_exit_code')).toEqual(['6']);
    expect(ofBackup('data,files', 'last_success_timestamp_seconds')).toEqual([]);
  });
});
