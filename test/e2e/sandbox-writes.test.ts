import { beforeAll, describe, expect, test } from 'vitest';
import { claim, configMap, pod, snapshot } from './sandbox-manifests.ts';
import { documents, Kubectl } from './sandbox-support.ts';

interface Shown {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { labels?: object; annotations?: object; resourceVersion: string; uid: string };
  readonly data?: object;
}

describe('kubectl, changing objects of a sandbox', () => {
  const kubectl = new Kubectl();

  beforeAll(async () => {
    await kubectl.create(claim('data'), snapshot('older', 'data'), pod('other'));
  });

  test('labels and annotates: adds, changes only when told to, removes, and heeds a resourceVersion', async () => {
    await kubectl.create(configMap('labelled', {}));
    const metadata = async () => (await kubectl.object<Shown>('cm', 'labelled')).metadata;
    const label = (...args: string[]) => kubectl.run(['label', 'cm', 'labelled', ...args]);
    expect(await label('a=1', 'b=1')).toMatchObject({ code: 0, stdout: 'configmap/labelled labeled\n' });
    expect(await label('a=2')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--overwrite is false'),
    });
    const { resourceVersion: before } = await metadata();
    expect(await label('a=2', '--overwrite', `--resource-version=${before}`)).toMatchObject({ code: 0 });
    const stale = await label('a=3', '--overwrite', `--resource-version=${before}`);
    expect(stale).toMatchObject({ code: 1, stderr: expect.stringContaining('the object has been modified') });
    await label('b-');
    await kubectl.say(['annotate', 'cm', 'labelled', 'example.org/why=some words, and more']);
    expect(await metadata()).toMatchObject({
      labels: { a: '2' },
      annotations: { 'example.org/why': 'some words, and more' },
    });
    await kubectl.say(['annotate', 'cm', 'labelled', 'example.org/why-']);
    expect(await metadata()).not.toHaveProperty('annotations');
  });

  test('patches: merge, JSON and strategic, which a custom resource does not know', async () => {
    await kubectl.create(configMap('patched', { a: '1', b: '1' }));
    const patch = (type: string, body: unknown, what = 'cm/patched') =>
      kubectl.run(['patch', what, '--type', type, '-p', JSON.stringify(body)]);
    await patch('merge', { data: { a: null, c: '3' } });
    await patch('json', [{ op: 'replace', path: '/data/b', value: '2' }]);
    expect((await kubectl.object<Shown>('cm', 'patched')).data).toEqual({ b: '2', c: '3' });
    const images = { spec: { containers: [{ name: 'main', image: 'newer' }] } };
    expect(await patch('strategic', images, 'pod/other')).toMatchObject({ code: 0 });
    const { spec } = await kubectl.object<{ spec: unknown }>('pod', 'other');
    expect(spec).toMatchObject({ containers: [{ image: 'newer', env: [{ name: 'GREETING' }] }] });
    expect(await patch('strategic', { metadata: {} }, 'vs/older')).toMatchObject({ code: 1 });
  });

  test('creates and applies several documents, and says what it changed', async () => {
    const wanted = (a: string) =>
      documents(configMap('one', { a }), configMap('two', { a: '1' }), snapshot('newer', 'data'));
    const [one, two, newer] = [
      'configmap/one',
      'configmap/two',
      'volumesnapshot.snapshot.storage.k8s.io/newer',
    ];
    const apply = (a: string, ...args: string[]) => kubectl.run(['apply', '-f', '-', ...args], wanted(a));
    expect((await apply('1')).stdout).toBe(`${one} created\n${two} created\n${newer} created\n`);
    expect((await apply('2')).stdout).toBe(`${one} configured\n${two} unchanged\n${newer} unchanged\n`);
    const again = await kubectl.run(['create', '-f', '-'], wanted('1'));
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr.match(/\(AlreadyExists\)/g)).toHaveLength(3);
  });

  test('applies on the server, where another manager is in the way unless it is forced', async () => {
    const apply = (a: string, ...args: string[]) =>
      kubectl.run(['apply', '--server-side', '-f', '-', ...args], documents(configMap('owned', { a })));
    expect(await apply('1', '--field-manager=first')).toMatchObject({
      stdout: 'configmap/owned serverside-applied\n',
    });
    const conflict = await apply('2', '--field-manager=second');
    expect(conflict).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('conflict with "first": .data.a'),
    });
    expect(await apply('2', '--field-manager=second', '--force-conflicts')).toMatchObject({ code: 0 });
    expect((await kubectl.object<Shown>('cm', 'owned')).data).toEqual({ a: '2' });
  });

  test('deletes, and waits for what holds an object unless it shall not', async () => {
    const finalizers = ['example.org/hold'];
    await kubectl.create(configMap('held', {}, { finalizers }), configMap('free', {}));
    expect(await kubectl.say(['delete', 'cm', 'free'])).toBe(
      'configmap "free" deleted from shop namespace\n',
    );
    await kubectl.say(['delete', 'cm', 'held', '--wait=false']);
    const waiting = await kubectl.run(['delete', 'cm', 'held', '--timeout=1s']);
    expect(waiting).toMatchObject({ code: 1, stderr: expect.stringContaining('timed out waiting') });
    await kubectl.say(['patch', 'cm', 'held', '--type', 'merge', '-p', '{"metadata":{"finalizers":null}}']);
    expect(await kubectl.say(['get', 'cm', 'held', 'free', '--ignore-not-found'])).toBe('');
  });
});
