export function configMap(name: string, data: Readonly<Record<string, string>>, metadata: object = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function claim(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '64Mi' } } },
  };
}

export function snapshot(name: string, pvc: string, metadata: object = {}) {
  return {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { name, ...metadata },
    spec: { source: { persistentVolumeClaimName: pvc } },
  };
}

/** One that is just there, to exec into. */
export function pod(name: string, labels: Readonly<Record<string, string>> = {}) {
  const containers = [{ name: 'main', image: 'none', env: [{ name: 'GREETING', value: 'hello' }] }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers } };
}

export function job(name: string, script: string) {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: jobSpec(script) };
}

export function cronJob(name: string, script: string) {
  const spec = { schedule: '0 3 * * *', jobTemplate: { spec: jobSpec(script) } };
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec };
}

function jobSpec(script: string) {
  const containers = [{ name: 'main', image: 'none', command: ['sh', '-c', script] }];
  return { template: { spec: { restartPolicy: 'Never', containers } } };
}

/** An event about another object, as `describe` shows it. */
export function event(about: { kind: string; apiVersion: string; metadata: object }, message: string) {
  const { kind, apiVersion, metadata } = about;
  const { name, namespace, uid } = metadata as Record<string, string>;
  const now = new Date().toISOString().replace(/\.\d+/, '');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: 'about-' },
    type: 'Normal',
    reason: 'Noticed',
    message,
    source: { component: 'test' },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    involvedObject: { kind, apiVersion, name, namespace, uid },
  };
}
