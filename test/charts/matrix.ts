import { said } from './rendered.ts';

const postgres = { BAK_PVC_NAME: 'data,files', BAK_DB_POSTGRES_EXEC_RESOURCE: 'sts/db' };
const hook = {
  name: 'rest',
  exec: 'deployment/app',
  container: 'app',
  before: ['app', 'pause'],
  timeout: '60s',
};
const volume = { name: 'password', secret: { secretName: 'backup', defaultMode: 0o440 } };
const mount = { name: 'password', mountPath: '/secrets', readOnly: true };
const extras = {
  extraEnv: [{ name: 'EXTRA', valueFrom: { secretKeyRef: { name: 'backup', key: 'password' } } }],
  extraEnvFrom: [{ secretRef: { name: 'backup', optional: true } }],
  extraVolumes: [volume],
  extraVolumeMounts: [mount],
  ttlSecondsAfterFinished: 0,
};
const all = {
  create: { settings: said },
  retain: { enabled: true },
  markAndDelete: { enabled: true },
  syncMetadata: { enabled: true },
};

/** Releases that differ in every value, by what they are: at least one for each value of values.yaml. */
export const matrix: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'the least': { create: { settings: said } },
  'a database': { create: { settings: postgres, hooks: [hook] } },
  'all CronJobs': all,
  'the fleet': {
    ...all,
    create: { enabled: false },
    markAndDelete: { enabled: true, retainedContents: false },
  },
  'several backups': {
    create: { settings: postgres },
    backups: { files: { settings: said }, 'a-b': { settings: said, suspend: true, ...extras } },
  },
  'a group': { create: { settings: { ...postgres, BAK_VS_GROUP_SELECTOR: 'backup=together' } } },
  'locks on the node': {
    create: { settings: postgres },
    locks: { kind: 'hostPath', hostPath: '/var/locks' },
  },
  'locks on the node, writable already': {
    create: { settings: postgres },
    locks: { kind: 'hostPath', prepare: false },
  },
  'locks on a volume': { create: { settings: postgres }, locks: { kind: 'pvc', claimName: 'locks' } },
  'no rights in the cluster': {
    create: { settings: { ...postgres, BAK_VS_CLASS_NAME: 'fast' } },
    retain: { enabled: true },
    rbac: { cluster: false },
  },
  'on OpenShift': { create: { settings: postgres }, openshift: true },
  'no rights at all': { ...all, rbac: { create: false } },
  'accounts that are there': {
    create: { settings: said, serviceAccountName: 'mine' },
    retain: { enabled: true, serviceAccountName: 'other' },
  },
  'names of its own': { ...all, nameOverride: 'nightly', fullnameOverride: 'my-backups' },
  'an image by digest': {
    ...all,
    image: {
      repository: 'registry:5000/backup-ns',
      tag: '0.1.0',
      digest: `sha256:${'0'.repeat(64)}`,
      pullPolicy: 'Always',
    },
    imagePullSecrets: [{ name: 'registry' }],
  },
  'everything that may be added': {
    create: { settings: postgres, ...extras },
    retain: { enabled: true, ...extras },
    markAndDelete: { enabled: true, ...extras },
    syncMetadata: { enabled: true, ...extras },
    commonLabels: { team: 'shop', cost: 12 },
    commonAnnotations: { note: true },
    podLabels: { pod: 'yes' },
    podAnnotations: { 'sidecar.istio.io/inject': 'false' },
    serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' } },
    extraObjects: [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: '{{ .Release.Name }}-more' } },
    ],
  },
  'other contexts and places': {
    ...all,
    podSecurityContext: { runAsUser: 1000, fsGroup: null },
    containerSecurityContext: { readOnlyRootFilesystem: false, runAsUser: 2000 },
    priorityClassName: 'low',
    nodeSelector: { disk: 'fast', zone: 1 },
    tolerations: [{ key: 'backup', operator: 'Exists' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
        },
      },
    },
    retentionResources: { limits: { memory: '1Gi' } },
  },
  'next to the database': {
    create: { settings: postgres, nearDatabase: 'required', databaseLabels: { app: 'db', tier: 1 } },
  },
  'a namespace that allows nothing': {
    ...all,
    networkPolicy: {
      enabled: true,
      apiServerPorts: [6443],
      extraEgress: [{ to: [{ podSelector: {} }], ports: [{ port: 9091, protocol: 'TCP' }] }],
    },
  },
  'other times': {
    create: {
      settings: said,
      schedule: '0 1 * * *',
      timeZone: 'Europe/Vienna',
      suspend: true,
      activeDeadlineSeconds: 60,
      startingDeadlineSeconds: 10,
      backoffLimit: 0,
      resources: { limits: { cpu: 2 } },
    },
    successfulJobsHistoryLimit: 0,
    failedJobsHistoryLimit: 0,
  },
};
