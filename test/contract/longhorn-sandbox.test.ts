import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadClusterAccess } from '../../src/kube/config.ts';
import { untilIs } from '../../scripts/sandbox/app.ts';
import { setTimeout as delay } from 'node:timers/promises';
import {
  longhornClass,
  longhornDriver,
  volumes as longhornVolumes,
} from '../../scripts/sandbox/longhorn/kinds.ts';
import { claims, persistentVolumes } from '../../scripts/sandbox/objects/kinds.ts';
import { openSandbox } from '../../scripts/sandbox/sandbox.ts';
import { ApiClient } from './api-client.ts';
import { longhornContract } from './longhorn.ts';
import type { LonghornServer } from './longhorn-server.ts';

const namespace = 'default';
const blank = { apiVersion: '', kind: '' };
const tick = () => delay(2);

longhornContract(async (): Promise<LonghornServer> => {
  const sandbox = await openSandbox({ longhorn: {} });
  const { objects, longhorn } = sandbox;
  if (!longhorn) throw new Error('the sandbox has no Longhorn');
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig());
  const client = await ApiClient.open(loadClusterAccess({ kubeconfig }));
  const file = (claim: string, name: string) => join(sandbox.volume(namespace, claim), name);
  const claimSpec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '64Mi' } },
    storageClassName: longhornClass,
  };
  return {
    request: (method, path, options) => client.request(method, path, options),
    async provision(claim) {
      objects.create(claims, namespace, { ...blank, metadata: { name: claim }, spec: claimSpec });
      const { spec } = await untilIs(() => objects.find(claims, namespace, claim), 'Bound');
      const { volumeName } = spec as { volumeName: string };
      while (!objects.find(longhornVolumes, 'longhorn-system', volumeName)?.status) await tick();
      return volumeName;
    },
    async bind(claim, volume) {
      const claimRef = { namespace, name: claim };
      const spec = {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '64Mi' },
        csi: { driver: longhornDriver, volumeHandle: volume },
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: longhornClass,
        claimRef,
      };
      objects.create(persistentVolumes, undefined, { ...blank, metadata: { name: volume }, spec });
      objects.create(claims, namespace, {
        ...blank,
        metadata: { name: claim },
        spec: { ...claimSpec, volumeName: volume },
      });
      await untilIs(() => objects.find(claims, namespace, claim), 'Bound');
      while (objects.find(longhornVolumes, 'longhorn-system', volume)?.status === undefined) await tick();
      await untilHandedOver(volume);
    },
    write(claim, name, content) {
      writeFileSync(file(claim, name), content);
      return Promise.resolve();
    },
    read(claim, name) {
      try {
        return Promise.resolve(readFileSync(file(claim, name), 'utf8'));
      } catch {
        return Promise.resolve('');
      }
    },
    setTargetReachable: (isReachable) => Promise.resolve(longhorn.setTargetReachable(isReachable)),
    restartEngine: (volume) => Promise.resolve(longhorn.restartEngine(volume)),
    engineIsBack: (volume) => Promise.resolve(longhorn.engineIsBack(volume)),
    failNextBackup: (words) => Promise.resolve(longhorn.failNextBackup(words)),
    storedBytes: (volume) => Promise.resolve(longhorn.store.bytes(volume)),
    pass: (milliseconds) => Promise.resolve(sandbox.clock.advance(milliseconds)),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };

  async function untilHandedOver(volume: string): Promise<void> {
    const stateOf = () =>
      ((objects.find(longhornVolumes, 'longhorn-system', volume)?.status ?? {}) as { state?: string }).state;
    while (stateOf() !== 'attached') await tick();
  }
});
