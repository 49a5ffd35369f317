import { describe, expect, it } from 'vitest';
import { errorFromObject, KubeError } from '../../../src/kube/error.ts';
import { collectionPath, objectPath } from '../../../src/kube/path.ts';
import { namespaces as resource } from '../../../src/kube/resources.ts';
import { readInScope, type Scope } from '../../../src/snapshots/bulk/scope.ts';
import { defaultProvider } from '../../../src/snapshots/providers.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube, kubeError } from '../../support/fake-kube.ts';
import { object } from '../../support/objects.ts';

const everywhere = 'everywhere';
const forbidden = kubeError(403, 'Forbidden', 'you may not');
const unreadable = errorFromObject('One snapshot', 'it has no name');

function gone(path: string, status = 404): KubeError {
  return new KubeError('it is not there', { status, reason: 'NotFound', retryable: false, path });
}

/** What is read in namespaces `a` and `b`, of which `b` has a label; `fails` by namespace. */
async function read(
  scope: Scope,
  fails: Record<string, unknown> = {},
  change: (kube: FakeKube) => void = () => {},
) {
  const kube = new FakeKube();
  kube.put(resource, object('Namespace', { name: 'a' }));
  kube.put(resource, object('Namespace', { name: 'b', labels: { team: 'x' } }));
  change(kube);
  const context = testContext(kube);
  const asked: string[] = [];
  const readOne = (namespace = everywhere): Promise<string> => {
    asked.push(namespace);
    const error = fails[namespace];
    if (error === 'stop') context.stop.abort(new Error('stopped'));
    return error === undefined ? Promise.resolve(namespace) : Promise.reject(error);
  };
  const found = await readInScope(scope, readOne, context);
  return { ...found, asked, lines: context.lines.map(({ msg }) => msg) };
}

describe('what is read', () => {
  it.each<[string, Scope, readonly string[]]>([
    ['is all at once', {}, [everywhere]],
    ['are those that are named', { namespaces: ['b', 'a'] }, ['b', 'a']],
    ['is nothing when none is named', { namespaces: [] }, []],
    ['are those with a label', { namespaceSelector: 'team=x' }, ['b']],
    ['is nothing when none has the label', { namespaceSelector: 'team=y' }, []],
    [
      'are those that are named, whatever else is said',
      { namespaces: ['a'], namespaceSelector: 'team=x' },
      ['a'],
    ],
  ])('%s', async (_, scope, parts) => {
    const { lines, ...rest } = await read(scope);
    expect(rest).toEqual({ parts, unread: [], asked: parts });
    const isNone = scope.namespaceSelector === 'team=y';
    expect(lines).toEqual(isNone ? ['no namespace has these labels'] : []);
  });

  it('is namespace by namespace where one object of all cannot be read', async () => {
    const { parts, unread } = await read({}, { [everywhere]: unreadable, b: unreadable });
    expect(parts).toEqual(['a']);
    expect(unread).toEqual([{ namespace: 'b', name: '*', error: unreadable.message }]);
  });

  it('goes on after a namespace that fails, and names it', async () => {
    const { parts, unread, lines } = await read({ namespaces: ['a', 'b'] }, { a: forbidden });
    expect([parts, unread]).toEqual([['b'], [{ namespace: 'a', name: '*', error: 'you may not' }]]);
    expect(lines).toEqual(['could not read the namespace']);
  });

  it('is over when the run is stopped', async () => {
    await expect(read({ namespaces: ['a', 'b'] }, { a: 'stop' })).rejects.toThrow('stopped');
  });
});

describe('a namespace that is gone', () => {
  const ofItself = gone(objectPath(resource, { name: 'b' }));

  it('is a failure when it is named', async () => {
    const { unread, asked } = await read({ namespaces: ['a', 'c'] });
    expect(asked).toEqual(['a']);
    expect(unread).toEqual([
      { namespace: 'c', name: '*', error: expect.stringContaining("There is no namespace 'c'") as string },
    ]);
    expect((await read({ namespaces: ['b'] }, { b: ofItself })).unread).toHaveLength(1);
  });

  it('is believed to be there by who may not look', async () => {
    const { parts } = await read({ namespaces: ['c'] }, {}, (kube) =>
      kube.failNext('get namespaces', forbidden),
    );
    expect(parts).toEqual(['c']);
  });

  it('is a failure when nobody can tell', async () => {
    const broken = kubeError(500, 'InternalError');
    const { unread } = await read({ namespaces: ['a'] }, {}, (kube) =>
      kube.failNext('get namespaces', broken),
    );
    expect(unread).toEqual([{ namespace: 'a', name: '*', error: 'InternalError' }]);
  });

  it('has nothing to be done when nobody has named it', async () => {
    const { unread, lines } = await read({ namespaceSelector: 'team=x' }, { b: ofItself });
    expect([unread, lines]).toEqual([[], ['the namespace was deleted meanwhile']]);
  });

  it.each([
    ['another object is not there', gone('/api/v1/namespaces/other')],
    ['it may not be read', gone(ofItself.path ?? '', 403)],
  ])('is not meant when %s', async (_, error) => {
    expect((await read({ namespaceSelector: 'team=x' }, { b: error })).unread).toHaveLength(1);
  });
});

describe('who may not list', () => {
  const snapshots = collectionPath(defaultProvider.resource);
  const at = (path: string, status = 403) =>
    new KubeError('you may not', { status, reason: 'Forbidden', retryable: false, path });

  it('the snapshots of all namespaces is told what to do', async () => {
    await expect(read({}, { [everywhere]: at(snapshots) })).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('bind the ClusterRole to the service account again') as string,
    });
  });

  it.each([at('/api/v1/persistentvolumeclaims'), at(snapshots, 500)])(
    'something else is told that: %o',
    async (error) => {
      await expect(read({}, { [everywhere]: error })).rejects.toBe(error);
    },
  );

  it('the namespaces is told what to do, and what else fails is what it is', async () => {
    const scope = { namespaceSelector: 'team=x' };
    const may = read(scope, {}, (kube) => kube.denied.add('list namespaces'));
    await expect(may).rejects.toMatchObject({
      reason: 'preflight',
      message: expect.stringContaining('allow the service account to list namespaces') as string,
    });
    const broken = kubeError(500, 'InternalError');
    await expect(read(scope, {}, (kube) => kube.failNext('list namespaces', broken))).rejects.toBe(broken);
  });
});
