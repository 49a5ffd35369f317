import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { cronJob, job, pod } from './sandbox-manifests.ts';
import { Kubectl } from './sandbox-support.ts';

describe('kubectl, at pods of a sandbox', () => {
  const kubectl = new Kubectl();

  beforeAll(async () => {
    await kubectl.create(pod('app'), cronJob('nightly', 'echo by hand'));
    await kubectl.say(['wait', '--for=condition=Ready', 'pod/app', '--timeout=10s']);
  });

  const untilComplete = (name: string) =>
    kubectl.say(['wait', '--for=condition=Complete', `job/${name}`, '--timeout=10s']);
  const podsOf = (name: string) => kubectl.say(['get', 'pods', '-l', `job-name=${name}`, '-o', 'name']);

  test('runs a command, and passes on what it says and how it ends', async () => {
    const script = 'echo "$GREETING, $1"; echo bad >&2; exit 3';
    const ended = await kubectl.run(['exec', 'app', '--', 'sh', '-c', script, 'sh', "it's $(not) expanded"]);
    expect(ended).toEqual({
      code: 3,
      stdout: "hello, it's $(not) expanded\n",
      stderr: 'bad\ncommand terminated with exit code 3\n',
    });
    expect(await kubectl.run(['exec', 'app', '-c', 'main', '--', 'true'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('feeds a command only with -i, to the end of the input', async () => {
    const input = 'first\nlast without a line break'.padStart(200_000, '-');
    expect(await kubectl.say(['exec', '-i', 'app', '--', 'cat'], input)).toBe(input);
    expect(await kubectl.say(['exec', 'app', '--', 'cat'], input)).toBe('');
  });

  test('refuses to run a command where there is none to run it', async () => {
    const missing = await kubectl.run(['exec', 'app', '--', 'no-such-program']);
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no-such-program'),
    });
    const container = await kubectl.run(['exec', 'app', '-c', 'side', '--', 'true']);
    expect(container).toMatchObject({ code: 1, stderr: expect.stringContaining('container side') });
  });

  test('waits for a job, and shows what it wrote, or the end of it', async () => {
    await kubectl.create(job('once', 'echo one; echo two >&2; echo three'));
    expect(await untilComplete('once')).toBe('job.batch/once condition met\n');
    expect(await kubectl.say(['logs', 'job/once'])).toBe('one\ntwo\nthree\n');
    expect(await kubectl.say(['logs', 'job/once', '--tail=1'])).toBe('three\n');
    const late = await kubectl.run(['exec', 'job/once', '--', 'true']);
    expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('completed pod') });
  });

  test('follows a log until the container ends', async () => {
    const go = join(kubectl.sandbox.folder, 'go');
    await kubectl.create(job('slow', `echo begun; until [ -e ${go} ]; do sleep 0.02; done; echo done`));
    await kubectl.say(['wait', '--for=jsonpath={.status.active}=1', 'job/slow', '--timeout=10s']);
    await kubectl.say(['wait', '--for=condition=Ready', 'pod', '-l', 'job-name=slow', '--timeout=10s']);
    await using log = kubectl.follow('logs', '--follow', 'job/slow');
    expect(await log.line(/./)).toBe('begun');
    writeFileSync(go, '');
    expect(await log.rest()).toEqual(['done']);
  });

  test('cannot create a job from a cronjob by itself, but is told how', async () => {
    const create = ['create', 'job', 'by-hand', '--from=cronjob/nightly'];
    const refused = await kubectl.run(create);
    const way = 'kubectl create ... --dry-run=client -o json | kubectl create -f -';
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('as JSON only') });
    expect(refused.stderr).toContain(way);
    const printed = await kubectl.say([...create, '--dry-run=client', '-o', 'json']);
    expect(await kubectl.say(['create', '-f', '-'], printed)).toBe('job.batch/by-hand created\n');
    await untilComplete('by-hand');
    expect(await kubectl.say(['logs', 'job/by-hand'])).toBe('by hand\n');
    const { metadata } = await kubectl.object<KubeObject>('job', 'by-hand');
    expect(metadata.ownerReferences).toMatchObject([{ kind: 'CronJob', name: 'nightly', controller: true }]);
  });

  test('deletes a job with its pods, before them, or without them', async () => {
    for (const cascade of ['foreground', 'background', 'orphan']) {
      await kubectl.create(job(cascade, 'true'));
      await untilComplete(cascade);
      await kubectl.say(['delete', 'job', cascade, `--cascade=${cascade}`]);
    }
    await kubectl.say(['wait', '--for=delete', 'pod', '-l', 'job-name=background', '--timeout=10s']);
    expect(await podsOf('foreground')).toBe('');
    expect(await podsOf('orphan')).toMatch(/^pod\/orphan-\w+\n$/);
    expect(await kubectl.say(['get', 'jobs', 'orphan', '--ignore-not-found'])).toBe('');
  });
});
