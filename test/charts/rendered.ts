import { expect } from 'vitest';
import { containerEnvironment } from '../../scripts/sandbox/pods/container-environment.ts';
import type { EnvVar, Resources } from '../../scripts/sandbox/pods/pod-spec.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { helm, renderAll } from './helm.ts';

/** The least that a release has to say. */
export const said = { BAK_PVC_NAME: 'data', BAK_DB_SKIP: true };

/** Everything that a release can have, each CronJob of it. */
export const everything = {
  create: { settings: said },
  backups: { files: { settings: said } },
  retain: { enabled: true },
  markAndDelete: { enabled: true },
  syncMetadata: { enabled: true },
};

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env: readonly EnvVar[];
  readonly envFrom?: readonly object[];
  readonly resources?: Resources;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly affinity?: Readonly<Record<string, unknown>>;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly [other: string]: unknown;
}

interface Template {
  readonly metadata: KubeObject['metadata'];
  readonly spec: PodSpec;
}

export interface CronJobSpec {
  readonly schedule: string;
  readonly suspend: boolean;
  readonly jobTemplate: {
    readonly metadata: KubeObject['metadata'];
    readonly spec: Readonly<Record<string, unknown>> & { readonly template: Template };
  };
  readonly [other: string]: unknown;
}

/** The objects of a release `backup` in namespace `shop`, with those of its tests. */
export function rendered(
  values: Readonly<Record<string, unknown>>,
  more: { readonly name?: string; readonly namespace?: string; readonly folder?: string } = {},
): Promise<KubeObject[]> {
  return renderAll(helm!, { name: 'backup', namespace: 'shop', values, ...more });
}

/** The same for what is said of the backup alone. */
export function renderedCreate(create: object, values: object = {}): Promise<KubeObject[]> {
  return rendered({ ...values, create: { settings: said, ...create } });
}

export function ofKind(objects: readonly KubeObject[], kind: string): KubeObject[] {
  return objects.filter((object) => object.kind === kind);
}

export function cronJobs(objects: readonly KubeObject[]): (KubeObject & { readonly spec: CronJobSpec })[] {
  return ofKind(objects, 'CronJob') as (KubeObject & { spec: CronJobSpec })[];
}

/** Every pod that would be made, of a CronJob or of a test. */
export function podsOf(objects: readonly KubeObject[]): Template[] {
  const templates = cronJobs(objects).map(({ spec }) => spec.jobTemplate.spec.template);
  return [...templates, ...(ofKind(objects, 'Pod') as unknown as Template[])];
}

/** The one pod of a CronJob, and its container. */
export function podOf(objects: readonly KubeObject[], name = 'backup'): PodSpec {
  const job = cronJobs(objects).find(({ metadata }) => metadata.name === name);
  if (!job) throw new Error(`there is no CronJob ${name}`);
  return job.spec.jobTemplate.spec.template.spec;
}

/** What the program of a CronJob sees: the variables as the kubelet gives them. */
export function seen(objects: readonly KubeObject[], name?: string): Record<string, string> {
  const [container] = podOf(objects, name).containers;
  const none = { configMap: () => undefined, secret: () => undefined };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', namespace: 'shop' } };
  return containerEnvironment(pod, container!, none);
}

/** That helm refuses the values in one sentence. */
export async function expectRefusal(objects: Promise<unknown>, words: string | RegExp): Promise<void> {
  const error = await objects.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  expect(error?.message).toMatch(words);
}
