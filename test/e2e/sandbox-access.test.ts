import { beforeAll, describe, expect, test } from 'vitest';
import { Kubectl, rowsOf } from './sandbox-support.ts';

describe('kubectl, as somebody else in a sandbox', () => {
  const kubectl = new Kubectl();
  const serviceAccount = { namespace: 'shop', name: 'reader' };
  const user = 'system:serviceaccount:shop:reader';
  const asReader = (...args: string[]) => kubectl.run(args, '', { serviceAccount });

  beforeAll(async () => {
    await kubectl.say(['create', 'serviceaccount', 'reader']);
    await kubectl.say(['create', 'role', 'reads-snapshots', '--verb=get,list', '--resource=volumesnapshots']);
    const binding = ['create', 'rolebinding', 'reads-snapshots', '--role=reads-snapshots'];
    await kubectl.say([...binding, '--serviceaccount=shop:reader']);
    await kubectl.say(['create', 'configmap', 'settings', '--from-literal=colour=red']);
    await kubectl.say(['create', 'secret', 'generic', 'login', '--from-literal=password=pa$$ wörd']);
  });

  test('lists what the server serves', async () => {
    const resources = rowsOf(await kubectl.say(['api-resources']));
    expect(resources).toContainEqual({
      NAME: 'volumesnapshots',
      SHORTNAMES: 'vs',
      APIVERSION: 'snapshot.storage.k8s.io/v1',
      NAMESPACED: 'true',
      KIND: 'VolumeSnapshot',
    });
    expect(await kubectl.say(['api-resources', '--api-group=batch', '-o', 'name'])).toBe(
      'cronjobs.batch\njobs.batch\n',
    );
  });

  test('creates what it makes itself of arguments', async () => {
    expect(await kubectl.object('configmap', 'settings')).toMatchObject({ data: { colour: 'red' } });
    const password = Buffer.from('pa$$ wörd').toString('base64');
    expect(await kubectl.object('secret', 'login')).toMatchObject({ type: 'Opaque', data: { password } });
    expect(await kubectl.object('role', 'reads-snapshots')).toMatchObject({
      rules: [
        { apiGroups: ['snapshot.storage.k8s.io'], resources: ['volumesnapshots'], verbs: ['get', 'list'] },
      ],
    });
  });

  test('is told Forbidden for what its role does not allow, and exits with 1', async () => {
    expect(await asReader('get', 'volumesnapshots')).toMatchObject({ code: 0 });
    expect(await asReader('get', 'configmap', 'settings')).toEqual({
      code: 1,
      stdout: '',
      stderr: `Error from server (Forbidden): configmaps "settings" is forbidden: User "${user}" cannot get resource "configmaps" in API group "" in the namespace "shop"\n`,
    });
    const deletion = await asReader('delete', 'volumesnapshot', 'any');
    expect(deletion).toMatchObject({ code: 1, stderr: expect.stringContaining('(Forbidden)') });
  });

  test('asks what it may, and who it is', async () => {
    expect(await asReader('auth', 'can-i', 'list', 'vs')).toMatchObject({ code: 0, stdout: 'yes\n' });
    expect(await asReader('auth', 'can-i', 'delete', 'vs')).toMatchObject({ code: 1, stdout: 'no\n' });
    expect(await asReader('auth', 'can-i', 'list', 'vs', '-n', 'default')).toMatchObject({ code: 1 });
    expect((await asReader('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).stdout).toBe(
      user,
    );
  });

  test('stands for others with --as, if it may', async () => {
    const canI = (...args: string[]) => kubectl.run(['auth', 'can-i', ...args, '--as', user]);
    expect(await canI('list', 'vs')).toMatchObject({ code: 0, stdout: 'yes\n' });
    expect(await canI('list', 'pods')).toMatchObject({ code: 1, stdout: 'no\n' });
    const admins = await kubectl.run(['get', 'secrets', '--as', 'eve', '--as-group', 'system:masters']);
    expect(admins).toMatchObject({ code: 0, stdout: expect.stringContaining('login') });
    expect(await asReader('get', 'secrets', '--as', 'eve', '--as-group', 'system:masters')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`User "${user}" cannot impersonate resource "users"`),
    });
  });

  test('creates a token that the server knows', async () => {
    const token = (await kubectl.say(['create', 'token', 'reader', '--duration=10m'])).trim();
    const who = JSON.parse(await kubectl.say(['auth', 'whoami', '-o', 'json', '--token', token])) as object;
    const groups = expect.arrayContaining(['system:serviceaccounts:shop']);
    expect(who).toMatchObject({ status: { userInfo: { username: user, groups } } });
    expect(await kubectl.run(['create', 'token', 'nobody'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('serviceaccounts "nobody" not found'),
    });
  });
});
