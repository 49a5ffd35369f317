import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { status } from '../../scripts/faults/fault.ts';
import { startFaults } from '../../scripts/faults/faults.ts';
import { cronJobs, leases, snapshotClasses } from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { exhaustively } from '../support/exhaustive.ts';
import { clusterAccount } from '../support/cluster-account.ts';
import { addCronJob, change, examined, openShop } from './scene.ts';

describe('doctor', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await openShop();
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  test('finds nothing wrong with a shop where all is in order but for its first backup, and changes nothing', async () => {
    const { diagnoses, error, requests, table, ok, bad } = await examined(sandbox);
    expect(error).toMatchObject({ message: '1 problem found' });
    for (const check of [
      'API server',
      'clock',
      'snapshot CRDs',
      'snapshot classes',
      'rights',
      'lease',
      'settings',
      'account',
      'pod',
      'trial',
    ])
      expect({ check, isOk: ok(check), bad: bad(check) }).toEqual({ check, isOk: true, bad: [] });
    expect(diagnoses.filter(({ verdict }) => verdict === 'problem')).toMatchObject([
      { where: 'shop/pvc/data', what: 'There is no backup of it yet' },
    ]);
    expect(table).toMatch(/^VERDICT +CHECK +WHERE +WHAT\n/);
    const isHarmless = ({ verb, resource, query }: (typeof requests)[number]) =>
      ['get', 'list'].includes(verb) || resource.endsWith('reviews') || query.get('dryRun') === 'All';
    expect(requests.filter((request) => !isHarmless(request))).toEqual([]);
  });

  test('ends with exit code 3, problems first, when a CronJob names what is not there', async () => {
    addCronJob(sandbox, { BAK_DB_SKIP: 'true', BAK_PVC_NAME: 'nowhere' }, 'backup', 'second');
    const { error, bad, table } = await examined(sandbox);
    expect(error).toMatchObject({
      reason: 'partial',
      message: expect.stringMatching(/^\d problems? found$/) as string,
    });
    expect(bad('trial')).toEqual([expect.stringContaining("'nowhere'")]);
    expect(table.split('\n')[1]).toMatch(/^problem /);
  });

  exhaustively.test('names a setting that create refuses, by its variable', async () => {
    addCronJob(sandbox, { BAK_DB_SKIP: 'true', BAK_PVCNAME: 'data' }, 'backup', 'second');
    const { bad } = await examined(sandbox);
    expect(bad('settings')).toEqual([expect.stringContaining('BAK_PVCNAME')]);
  });

  exhaustively.test('does not read the Secret of a setting, and says that it did not try', async () => {
    const secretKeyRef = { name: 'app', key: 'password' };
    addCronJob(
      sandbox,
      { BAK_DB_SKIP: 'true', BAK_DB_POSTGRES_PASSWORD: { secretKeyRef } },
      'backup',
      'second',
    );
    const { bad, requests } = await examined(sandbox);
    expect(bad('settings')).toEqual([expect.stringMatching(/^warning: .*BAK_DB_POSTGRES_PASSWORD/)]);
    expect(requests.filter(({ resource }) => resource === 'secrets')).toEqual([]);
  });

  test('looks at nothing more of a namespace that is not there', async () => {
    const { error, bad, diagnoses } = await examined(sandbox, { namespace: 'shpo' });
    expect(error).toMatchObject({ reason: 'partial' });
    expect(bad('namespace')).toEqual([expect.stringContaining("There is no namespace 'shpo'")]);
    expect(new Set(diagnoses.map(({ check }) => check))).toEqual(
      new Set(['API server', 'clock', 'namespace']),
    );
  });

  test('goes nowhere else for a CronJob that says that it backs up another namespace', async () => {
    addCronJob(
      sandbox,
      { BAK_DB_SKIP: 'true', BAK_PVC_NAME: 'data', BAK_NAMESPACE: 'bank' },
      'backup',
      'second',
    );
    const { bad, requests } = await examined(sandbox);
    expect(bad('trial')).toEqual([expect.stringMatching(/^warning: .*'bank', which is not tried from here/)]);
    expect(requests.filter(({ verb, resource }) => verb !== 'list' && resource === 'pods')).toEqual(
      // Whether the API server would take the pods of the two CronJobs, which is in their own namespace.
      [expect.objectContaining({ verb: 'create' }), expect.objectContaining({ verb: 'create' })],
    );
  });

  exhaustively.test('says of the account of a CronJob what it may not do', async () => {
    addCronJob(sandbox, { BAK_DB_SKIP: 'true', BAK_PVC_NAME: 'data' }, 'nobody', 'second');
    const { bad } = await examined(sandbox);
    expect(bad('account').length).toBeGreaterThan(2);
    for (const words of bad('account'))
      expect(words).toMatch(/^problem: system:serviceaccount:shop:nobody may not /);
  });

  exhaustively.test.each([
    ['pods "x" is forbidden: exceeded quota: small', /^problem: .*exceeded quota: small; raise the quota/],
    [
      'pods "x" is forbidden: violates PodSecurity "restricted:latest"',
      /^problem: .*change the values of the chart/,
    ],
    [
      'pods is forbidden: User "me" cannot create resource "pods" in API group ""',
      /^warning: You may not look at it/,
    ],
  ])('says of a pod that is refused with %j why, and what to do', async (message, words) => {
    await using faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} });
    faults.inject({ verb: 'create', resource: 'pods' }, status(403, { message, reason: 'Forbidden' }));
    const { bad } = await examined(sandbox, { namespace: 'shop' }, { server: faults.url });
    expect(bad('pod')).toEqual([expect.stringMatching(words)]);
  });

  exhaustively.test('says of classes what is wrong with them: none, several defaults, deleting', async () => {
    const [first] = sandbox.objects.all(snapshotClasses);
    const copy = { ...first, metadata: { name: 'second', annotations: first?.metadata.annotations ?? {} } };
    sandbox.objects.create(snapshotClasses, undefined, copy as never);
    change(sandbox, 'second', 'Delete');
    const several = await examined(sandbox, { 'all-namespaces': 'true' });
    expect(several.bad('snapshot classes')).toEqual([
      expect.stringContaining('has several default classes'),
      expect.stringMatching(/^warning: Snapshots of class 'second' are deleted with their namespace/),
    ]);
    for (const { metadata } of sandbox.objects.all(snapshotClasses))
      sandbox.objects.delete(snapshotClasses, undefined, metadata.name ?? '');
    const none = await examined(sandbox, { 'all-namespaces': 'true' });
    expect(none.bad('snapshot classes')).toEqual([
      expect.stringMatching(/^problem: There is no VolumeSnapshotClass/),
    ]);
    sandbox.objects.create(snapshotClasses, undefined, {
      ...copy,
      metadata: { name: 'foreign' },
      driver: 'other.example.com',
      deletionPolicy: 'Retain',
    } as never);
    const foreign = await examined(sandbox, { 'all-namespaces': 'true' });
    expect(foreign.bad('snapshot classes')).toContainEqual(
      expect.stringMatching(/^problem: Driver .* which has PVC 'shop\/data', has no VolumeSnapshotClass/),
    );
  });

  exhaustively.test('says of a folder of lock files that it is the own one of each pod', async () => {
    const settings = { BAK_DB_SKIP: 'true', BAK_FLOCK: 'true', BAK_FLOCK_DIR: '/locks' };
    addCronJob(sandbox, settings, 'backup', 'own');
    expect((await examined(sandbox)).bad('locks')).toEqual([
      expect.stringMatching(/^problem: The folder of lock files \/locks is the pod's own/),
    ]);
    sandbox.objects.delete(cronJobs, 'shop', 'own');
    const volume = { name: 'locks', persistentVolumeClaim: { claimName: 'gone' } };
    addCronJob(sandbox, settings, 'backup', 'shared', { volumes: [volume] });
    expect((await examined(sandbox)).bad('locks')).toEqual([
      expect.stringMatching(/^problem: .* is on PVC 'gone', which is not there/),
    ]);
    sandbox.objects.delete(cronJobs, 'shop', 'shared');
    addCronJob(sandbox, settings, 'backup', 'node', {
      volumes: [{ name: 'locks', hostPath: { path: '/x' } }],
    });
    expect((await examined(sandbox)).ok('locks')).toBe(true);
  });

  exhaustively.test.each([
    ['by a hook', { hooks: ['rest'] }, true],
    ['by a freeze', { frozen: ['data'] }, true],
    ['with snapshots alone', { snapshots: ['data-1'] }, false],
  ])('says who holds a Lease in silence, or has left an app at rest: %s', async (_, left, isAtRest) => {
    const silent = {
      holderIdentity: 'killed_x',
      renewTime: '2020-01-01T00:00:00.000000Z',
      leaseDurationSeconds: 40,
    };
    const note = JSON.stringify({ hooks: [], frozen: [], snapshots: [], groups: [], ...left });
    const told = async (spec: object, annotations?: Record<string, string>) => {
      const metadata = { name: 'backup-ns', ...(annotations && { annotations }) };
      const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
      sandbox.objects.create(leases, 'shop', object);
      const { bad } = await examined(sandbox);
      sandbox.objects.delete(leases, 'shop', 'backup-ns');
      return bad('lease');
    };
    const inSilence: unknown = expect.stringMatching(
      /^warning: 'killed_x' holds it and has been silent since 2020-01-01/,
    );
    const atRest: unknown = expect.stringMatching(
      /^warning: A backup that was killed has brought an app to rest/,
    );
    expect(await told(silent)).toEqual([inSilence]);
    expect(await told(silent, { 'backup-ns.sh/quiesced': note })).toEqual([isAtRest ? atRest : inSilence]);
    expect(await told({}, { 'backup-ns.sh/quiesced': note })).toEqual(isAtRest ? [atRest] : []);
  });

  exhaustively.test('says that a CronJob is suspended, in the words of status', async () => {
    const backup = sandbox.objects.get(cronJobs, 'shop', 'backup');
    sandbox.objects.touch(
      cronJobs,
      backup,
      (object) => void Object.assign(object.spec as object, { suspend: true }),
    );
    const { bad } = await examined(sandbox);
    expect(bad('backups')).toContainEqual(expect.stringContaining("CronJob 'backup' is suspended"));
  });

  test('goes on where nothing may be looked at: each is a warning, and no problem', async () => {
    const account = clusterAccount(sandbox, 'stranger', {});
    for (const flags of [{ namespace: 'shop' }, { 'all-namespaces': 'true' }]) {
      const { diagnoses, error } = await examined(sandbox, flags, account);
      expect(error).toBeUndefined();
      const checks = diagnoses.filter(({ verdict }) => verdict === 'warning').map(({ check }) => check);
      expect(checks).toEqual(
        expect.arrayContaining(['snapshot CRDs', 'snapshot classes', 'rights', 'lease', 'backups']),
      );
    }
  });

  exhaustively.test.each([
    'customresourcedefinitions',
    'volumesnapshotclasses',
    'persistentvolumes',
    'persistentvolumeclaims',
    'cronjobs',
    'jobs',
    'pods',
    'events',
    'leases',
    'volumesnapshots',
    'selfsubjectaccessreviews',
    'subjectaccessreviews',
  ])('goes on when the API server fails each request for %s', async (resource) => {
    await using faults = await startFaults({ server: sandbox.url, tls: { ca: sandbox.ca }, headers: {} });
    for (const verb of ['get', 'list', 'create'])
      for (let time = 0; time < 60; time++) faults.inject({ verb, resource }, status(400));
    const { diagnoses } = await examined(sandbox, { namespace: 'shop' }, { server: faults.url });
    expect(diagnoses.find(({ check }) => check === 'API server')?.verdict).toBe('ok');
    expect(diagnoses.filter(({ verdict }) => verdict !== 'ok')).not.toEqual([]);
  });

  exhaustively.test('asks for one list of each kind for all namespaces', async () => {
    const { requests } = await examined(sandbox, { 'all-namespaces': 'true' });
    const lists = requests.filter(({ verb }) => verb === 'list').map(({ resource }) => resource);
    const twice = lists.filter((resource, index) => lists.indexOf(resource) !== index);
    // That of classes is asked for by status, too.
    expect(twice).toEqual(['volumesnapshotclasses']);
    expect(requests.filter(({ resource }) => resource === 'pods/exec')).toEqual([]);
  });

  exhaustively.test('says of an API server that cannot be reached nothing else', async () => {
    const server = new URL('http://127.0.0.1:1');
    const { diagnoses, error } = await examined(sandbox, { namespace: 'shop' }, { server });
    expect(diagnoses).toEqual([
      {
        verdict: 'problem',
        check: 'API server',
        where: 'cluster',
        what: expect.stringContaining('cannot be reached') as string,
      },
    ]);
    expect(error).toMatchObject({ reason: 'partial' });
  });
});
