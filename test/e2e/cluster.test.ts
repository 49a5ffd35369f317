import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterPaths } from '../../scripts/cluster/native/paths.ts';
import { openProvider } from '../../scripts/cluster/open-provider.ts';
import type { Provider } from '../../scripts/cluster/provider.ts';
import { run, succeeds } from '../../scripts/run.ts';
import { hostState, processesIn, processesLike } from './host-state.ts';

const isNative = !(await succeeds('docker', ['version'], AbortSignal.timeout(5000)));

describe.runIf(isNative)('a native cluster', () => {
  const paths = clusterPaths('e2e-second');
  let before: Record<string, string[]>;
  let provider: Provider;
  let kubectl: string;

  const pid = () => Number(readFileSync(paths.pid, 'utf8'));
  const nodes = () => run(kubectl, ['--kubeconfig', paths.kubeconfig, 'get', 'nodes', '--no-headers']);

  beforeAll(async () => {
    provider = await openProvider('native', 'e2e-second', () => {});
    ({ kubectl } = await provider.programs());
    await provider.down();
    before = await hostState('e2e-second');
  });

  afterAll(async () => provider.down());

  test('comes up once when two ask for it at the same time, and its node is Ready', async () => {
    const start = performance.now();
    const kubeconfigs = await Promise.all([provider.up(), provider.up()]);
    console.log(`up: ${seconds(start)} s`);
    expect(new Set(kubeconfigs)).toEqual(new Set([paths.kubeconfig]));
    expect(await nodes()).toMatch(/^e2e-second\s+Ready\s/);
  });

  test('touches nothing on the machine but its loop devices and cgroups while it runs', async () => {
    const now = await hostState('e2e-second');
    for (const part of ['mounts', 'interfaces', 'iptables', 'settings'])
      expect(now[part]).toEqual(before[part]);
    const extraCgroups = now['cgroups']!.filter((path) => !before['cgroups']!.includes(path));
    expect(extraCgroups.filter((path) => !path.includes('/backup-ns-e2e-second'))).toEqual([]);
  });

  test('is left alone by a second up', async () => {
    const first = pid();
    await provider.up();
    expect(pid()).toBe(first);
  });

  test('heals after all of it was killed, and still knows its objects', async () => {
    await run(kubectl, ['--kubeconfig', paths.kubeconfig, 'create', 'configmap', 'survivor']);
    process.kill(pid(), 'SIGKILL');
    await provider.up();
    expect(await nodes()).toMatch(/^e2e-second\s+Ready\s/);
    expect(await run(kubectl, ['--kubeconfig', paths.kubeconfig, 'get', 'configmap', 'survivor'])).toContain(
      'survivor',
    );
  });

  test('starts a component again that was killed', async () => {
    const scheduler = processesLike(pid()).find(
      (id) => readFileSync(`/proc/${id}/comm`, 'utf8') === 'kube-scheduler\n',
    );
    process.kill(Number(scheduler), 'SIGKILL');
    await expect
      .poll(() => processesLike(pid()).map((id) => readFileSync(`/proc/${id}/comm`, 'utf8').trim()), {
        timeout: 20_000,
      })
      .toContain('kube-scheduler');
  });

  test('goes away and leaves nothing: no process, mount, loop device, interface, iptables rule or cgroup', async () => {
    const namespace = readlinkSync(`/proc/${pid()}/ns/pid`);
    expect(processesIn(namespace).length).toBeGreaterThan(10);
    const start = performance.now();
    await provider.down();
    console.log(`down: ${seconds(start)} s`);
    expect(processesIn(namespace)).toEqual([]);
    expect(await hostState('e2e-second')).toEqual(before);
    expect(existsSync(paths.root)).toBe(false);
  });
});

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}
