import { expect, it } from 'vitest';
import { knownNames } from '../../src/cli/known-settings.ts';
import { examineCronJob } from '../../src/doctor/examine-cron-job.ts';
import { cronJob } from '../job/scene.ts';
import { testContext } from '../support/context.ts';
import { FakeKube, kubeError } from '../support/fake-kube.ts';

it.each([
  ['admission webhook "aks" does not support dry run', 'warning', 'was not tried'],
  ['admission webhook "policy" denied the request: no', 'problem', 'would refuse its pod'],
])('a pod that a webhook answers with %j is a %s', async (message, verdict, words) => {
  const kube = new FakeKube();
  kube.failNext('create pods', kubeError(400, 'BadRequest', message));
  const job = cronJob('backup', 'true');
  const metadata = { ...job.metadata, namespace: 'shop' };
  const found = await examineCronJob(
    { ...job, metadata },
    { knownNames, trials: new AbortController().signal },
    testContext(kube),
  );
  const pod = found.filter(({ check }) => check === 'pod');
  expect(pod).toMatchObject([{ verdict, what: expect.stringContaining(words), todo: expect.any(String) }]);
});
