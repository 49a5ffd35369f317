import { expect, it } from 'vitest';
import type { Facts } from '../../src/status/facts.ts';
import { cronJobOf, now, podOf, remarkOf, runOf, sentencesOf } from './support.ts';

const running = runOf({ state: 'running' });
const waiting = (reason: string, message: string): Partial<Facts> => ({
  runs: [running],
  pods: [podOf({ waiting: { reason, message } })],
});
const refused = (message: string): Partial<Facts> => ({ runs: [running], remarks: [remarkOf({ message })] });

const quota =
  'Error creating: pods "backup-29000000-x" is forbidden: exceeded quota: small, requested: limits.memory=256Mi, used: limits.memory=0, limited: limits.memory=128Mi';
const security =
  'Error creating: pods "backup-29000000-x" is forbidden: violates PodSecurity "restricted:latest": hostPath volumes (volume "locks")';
const constraint =
  'Error creating: pods "backup-29000000-" is forbidden: unable to validate against any security context constraint: [provider restricted-v2: .spec.securityContext.fsGroup: Invalid value: []int64{65532}: 65532 is not an allowed group]';

const cases: Readonly<Record<string, readonly [Partial<Facts>, string]>> = {
  'an image that cannot be pulled': [
    waiting('ImagePullBackOff', 'Back-off pulling image "ghcr.io/x:1"'),
    `Job 'backup-29000000' does not get its image (ImagePullBackOff: Back-off pulling image "ghcr.io/x:1"); correct image.repository, image.tag or imagePullSecrets of the chart, or the registry`,
  ],
  'a Secret that is not there': [
    waiting('CreateContainerConfigError', 'secret "db" not found'),
    `Job 'backup-29000000' cannot start its container (CreateContainerConfigError: secret "db" not found); make the Secret, ConfigMap or volume that it names, or correct its name: kubectl -n shop describe pod backup-29000000-abcde`,
  ],
  'a quota': [
    refused(quota),
    `Job 'backup-29000000' gets no pod: ${quota}; raise the quota, or set create.resources of the chart to what it leaves: kubectl -n shop describe quota`,
  ],
  'Pod Security': [
    refused(security),
    `Job 'backup-29000000' gets no pod: ${security}; change the values of the chart so that the pod is allowed, or the label pod-security.kubernetes.io/enforce of the namespace: kubectl get namespace shop --show-labels`,
  ],
  'a security context constraint of OpenShift': [
    refused(constraint),
    `Job 'backup-29000000' gets no pod: ${constraint}; set openshift=true of the chart, so that its pods leave runAsUser, runAsGroup and fsGroup to the cluster`,
  ],
  'a host path that OpenShift refuses': [
    refused(`${constraint}, provider restricted-v2: hostPath volumes are not allowed to be used`),
    `Job 'backup-29000000' gets no pod: ${constraint}, provider restricted-v2: hostPath volumes are not allowed to be used; set openshift=true of the chart, so that its pods leave runAsUser, runAsGroup and fsGroup to the cluster, and locks.kind to none or pvc, as hostPath is refused`,
  ],
  'a LimitRange': [
    refused(
      'Error creating: pods "x" is forbidden: maximum memory usage per Container is 64Mi, but limit is 256Mi',
    ),
    `Job 'backup-29000000' gets no pod: Error creating: pods "x" is forbidden: maximum memory usage per Container is 64Mi, but limit is 256Mi; set create.resources of the chart to what is allowed: kubectl -n shop describe limitrange`,
  ],
  'a service account that is not there': [
    refused(
      'Error creating: pods "x" is forbidden: error looking up service account shop/backup: serviceaccount "backup" not found',
    ),
    `Job 'backup-29000000' gets no pod: Error creating: pods "x" is forbidden: error looking up service account shop/backup: serviceaccount "backup" not found; install the chart again, which makes the service account`,
  ],
  'no node that takes it': [
    { runs: [running], pods: [podOf({ unschedulable: '0/3 nodes are available: 3 Insufficient memory.' })] },
    `Job 'backup-29000000' has waited for a node for 7h30m: 0/3 nodes are available: 3 Insufficient memory.; make room on a node, or change nodeSelector, tolerations or affinity of the chart: kubectl -n shop describe pod backup-29000000-abcde`,
  ],
  'a pod that is not made, without a reason': [
    { runs: [running] },
    `Job 'backup-29000000' has had no pod for 7h30m; kubectl -n shop describe job backup-29000000`,
  ],
  'a volume that is not mounted': [
    waiting('ContainerCreating', ''),
    `Job 'backup-29000000' has been starting for 7h30m; kubectl -n shop describe pod backup-29000000-abcde`,
  ],
  'a Job that is suspended': [
    { runs: [runOf({ state: 'suspended' })] },
    `Job 'backup-29000000' is suspended; let it run: kubectl -n shop patch job backup-29000000 -p '{"spec":{"suspend":false}}'`,
  ],
  'a schedule that was missed': [
    {
      cronJobs: [cronJobOf({ lastScheduledAt: Date.parse('2026-11-20T04:30:00Z') })],
      remarks: [
        remarkOf({
          about: 'uid-backup',
          reason: 'TooManyMissedTimes',
          message: 'too many missed start times',
        }),
      ],
    },
    `The run of 2026-11-21T04:30Z of CronJob 'backup' was never started: too many missed start times; see whether the controller of CronJobs runs, and why: kubectl -n shop describe cronjob backup`,
  ],
  'a zone that the controller does not know': [
    { cronJobs: [cronJobOf({ timeZone: 'Mars/Olympus' })] },
    `The schedule '30 4 * * *' of CronJob 'backup' in zone 'Mars/Olympus' cannot be read; set it to five fields, such as '30 4 * * *', and the zone to one such as Etc/UTC`,
  ],
  'a wrong setting, before its first night': [
    {
      cronJobs: [
        cronJobOf({ mistakes: ['BAK_PVCNAME is not a setting of backup-ns; did you mean BAK_PVC_NAME?'] }),
      ],
    },
    `CronJob 'backup' has a wrong setting; BAK_PVCNAME is not a setting of backup-ns; did you mean BAK_PVC_NAME?`,
  ],
  'a Job that failed, in the words of create': [
    {
      runs: [runOf()],
      remarks: [
        remarkOf({
          reason: 'BackupFailed',
          message: "Backup of namespace 'shop' ended with exit code 4: There is no PVC 'dta'",
        }),
      ],
    },
    `Job 'backup-29000000' failed: Backup of namespace 'shop' ended with exit code 4: There is no PVC 'dta'; its log, as long as its pod is there: kubectl -n shop logs job/backup-29000000`,
  ],
  'a Job that failed, in the last words of its pod': [
    { runs: [runOf()], pods: [podOf({ phase: 'Failed', lastWords: 'the password is wrong' })] },
    `Job 'backup-29000000' failed: the password is wrong; its log, as long as its pod is there: kubectl -n shop logs job/backup-29000000`,
  ],
  'a Job that was given up before it had a pod': [
    {
      runs: [runOf({ failure: 'Job was active longer than specified deadline' })],
      remarks: [remarkOf({ message: quota })],
    },
    `Job 'backup-29000000' failed: ${quota}; raise the quota, or set create.resources of the chart to what it leaves: kubectl -n shop describe quota`,
  ],
};

it.each(Object.entries(cases))(
  'what never starts or fails is named, with what to do: %s',
  (_, [facts, words]) => {
    expect(sentencesOf(facts)).toContain(words);
  },
);

it('a pod that has only begun to wait is no problem yet', () => {
  const justNow = now - 60_000;
  const young = runOf({ state: 'running', madeAt: justNow });
  const unschedulable = podOf({ madeAt: justNow, unschedulable: 'Insufficient memory' });
  const words = sentencesOf({ runs: [young], pods: [unschedulable] }).join();
  expect(words).not.toContain('waited');
  expect(sentencesOf({ runs: [young] }).join()).not.toContain('no pod');
});

it('what belongs to another namespace is never told here, whatever uid it names', () => {
  const foreign = { namespace: 'blog' };
  const words = sentencesOf({
    runs: [runOf({ ...foreign }), running],
    pods: [podOf({ ...foreign, waiting: { reason: 'ErrImagePull', message: 'fake' } })],
    remarks: [remarkOf({ ...foreign, message: 'fake' })],
  }).join();
  expect(words).not.toMatch(/fake|failed/);
});
