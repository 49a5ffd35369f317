import { beforeAll, describe, expect, test } from 'vitest';
import { claim, configMap, event, pod, snapshot } from './sandbox-manifests.ts';
import { Kubectl, rowsOf } from './sandbox-support.ts';

describe('kubectl, at a sandbox with a few objects', () => {
  const kubectl = new Kubectl();

  beforeAll(async () => {
    await kubectl.create(
      claim('data'),
      snapshot('older', 'data', { labels: { tier: 'daily' } }),
      pod('app', { app: 'shop', tier: 'web' }),
      pod('db', { app: 'shop', tier: 'db' }),
      pod('other', { app: 'other' }),
    );
    const isReady = '--for=jsonpath={.status.readyToUse}=true';
    await kubectl.say(['wait', isReady, 'volumesnapshot/older', '--timeout=10s']);
    await kubectl.say(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=10s']);
  });

  test('gets tables: of a kind, wide, of all namespaces, with labels as columns, and of everything', async () => {
    const snapshots = rowsOf(await kubectl.say(['get', 'vs', '-L', 'tier']));
    const facts = {
      NAME: 'older',
      READYTOUSE: 'true',
      SOURCEPVC: 'data',
      RESTORESIZE: '64Mi',
      TIER: 'daily',
    };
    expect(snapshots).toEqual([expect.objectContaining(facts)]);
    const wide = rowsOf(await kubectl.say(['get', 'pod', 'app', '-o', 'wide']));
    expect(wide).toEqual([
      expect.objectContaining({ NAME: 'app', READY: '1/1', STATUS: 'Running', NODE: 'sandbox' }),
    ]);
    const everywhere = rowsOf(await kubectl.say(['get', 'pods', '--all-namespaces']));
    expect(everywhere.map(({ NAMESPACE, NAME }) => `${NAMESPACE}/${NAME}`)).toEqual([
      'shop/app',
      'shop/db',
      'shop/other',
    ]);
    expect(await kubectl.say(['get', 'all,pvc', '-o', 'name'])).toBe(
      'pod/app\npod/db\npod/other\npersistentvolumeclaim/data\n',
    );
  });

  test('gets what labels and fields select, sorted by a field that no column shows', async () => {
    const names = async (...args: string[]) =>
      rowsOf(await kubectl.say(['get', 'pods', ...args])).map(({ NAME }) => NAME);
    expect(await names('-l', 'app=shop,tier notin (db)')).toEqual(['app']);
    expect(await names('--field-selector', 'status.phase=Running,metadata.name!=app')).toEqual([
      'db',
      'other',
    ]);
    expect(await names('--sort-by', '{.metadata.labels.tier}', '-l', 'tier')).toEqual(['db', 'app']);
    expect(await names('--sort-by', '{.spec.containers[0].env[0].value}')).toHaveLength(3);
    const refused = await kubectl.run(['get', 'pods', '--field-selector', 'spec.colour=red']);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('field label not supported: spec.colour'),
    });
  });

  test('gets whole objects, as JSON, YAML and by a path', async () => {
    expect(await kubectl.object('vs', 'older')).toMatchObject({
      kind: 'VolumeSnapshot',
      status: { readyToUse: true },
    });
    const yaml = await kubectl.say(['get', 'vs,pvc', '-o', 'yaml']);
    expect(yaml).toMatch(/^apiVersion: v1\nitems:\n/);
    expect(yaml.match(/^ {2}kind: .*/gm)).toEqual([
      '  kind: VolumeSnapshot',
      '  kind: PersistentVolumeClaim',
    ]);
    expect(await kubectl.say(['get', 'pod', 'app', '-o', 'jsonpath={.spec.containers[*].name}'])).toBe(
      'main',
    );
    expect(await kubectl.run(['get', 'pod', 'nobody'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Error from server (NotFound): pods "nobody" not found\n',
    });
  });

  test('describes a snapshot and a pod, with their events', async () => {
    for (const [kind, name] of [
      ['vs', 'older'],
      ['pod', 'app'],
    ] as const) {
      await kubectl.create(event(await kubectl.object(kind, name), `seen: ${name}`));
    }
    const described = await kubectl.say(['describe', 'vs', 'older']);
    expect(described).toMatch(/Ready To Use: +true/);
    expect(described).toMatch(/Normal +Noticed +\S+ +test +seen: older\n/);
    const ofPod = await kubectl.say(['describe', 'pod', 'app']);
    expect(ofPod).toMatch(/GREETING: +hello\n/);
    expect(ofPod).toMatch(/seen: app\n/);
    expect(ofPod).not.toContain('seen: older');
  });

  test('watches: it prints what is there, and a change when it happens', async () => {
    await kubectl.create(configMap('watched', { a: '1' }));
    await using watch = kubectl.follow('get', 'configmap', 'watched', '--watch');
    expect(await watch.line(/^watched /)).toMatch(/^watched +1 /);
    await kubectl.say(['patch', 'configmap', 'watched', '--type', 'merge', '-p', '{"data":{"b":"2"}}']);
    expect(await watch.line(/^watched /)).toMatch(/^watched +2 /);
  });
});
