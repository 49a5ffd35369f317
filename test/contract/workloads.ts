import { afterAll, beforeAll } from 'vitest';
import { execCapture, type Captured, type CaptureOptions } from '../../src/kube/exec/capture.ts';
import {
  persistentVolumeClaims,
  pods,
  volumeSnapshotClasses,
  volumeSnapshotContents,
  volumeSnapshots,
} from '../../src/kube/resources.ts';
import { claim, preProvisionedContent, snapshotClass, volumeSnapshot } from './manifests.ts';
import type { Answer } from './server.ts';
import type { Place } from './support.ts';

type Body = Answer['body'];

/** A pod that is Ready; with the volumes of these claims and these environment variables. */
export async function startPod(
  place: Place,
  name: string,
  claims: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Body> {
  await place.create(pods, place.server.podManifest(place.namespace, name, claims, env));
  return place.untilIs(pods, name, isReady);
}

function isReady({ status }: Body): boolean {
  const conditions: { type: string; status: string }[] = status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

export function run(
  place: Place,
  pod: string,
  command: readonly string[],
  options: Partial<CaptureOptions> = {},
): Promise<Captured> {
  const { namespace } = place;
  const signal = AbortSignal.timeout(20_000);
  return execCapture(place.server.kube, { namespace, pod, container: 'main', command, signal, ...options });
}

/** Whether this process of the pod is. A zombie that its parent has not looked at yet is dead. */
export async function isRunning(place: Place, pod: string, process: string): Promise<boolean> {
  const script = 'kill -0 "$1" && cat "/proc/$1/stat"';
  const { exitCode, stdout } = await run(place, pod, ['sh', '-c', script, 'sh', process]);
  return exitCode === 0 && !stdout.includes(') Z ');
}

/** Writes a file on the volume of a claim, from a pod that has it. */
export async function write(
  place: Place,
  pod: string,
  claim: string,
  file: string,
  text: string,
): Promise<void> {
  const script = `printf %s "$1" >"$2"`;
  const { exitCode, stderr } = await run(place, pod, [
    'sh',
    '-c',
    script,
    'sh',
    text,
    pathOf(place, claim, file),
  ]);
  if (exitCode !== 0) throw new Error(`writing ${file}: ${stderr}`);
}

/** What is in the file; empty when there is none. */
export async function read(place: Place, pod: string, claim: string, file: string): Promise<string> {
  return (await run(place, pod, ['cat', pathOf(place, claim, file)])).stdout;
}

function pathOf(place: Place, claim: string, file: string): string {
  return `${place.server.mountPath(place.namespace, claim)}/${file}`;
}

/** A claim that is Bound. */
export async function boundClaim(place: Place, name: string, snapshot?: string): Promise<Body> {
  await place.create(persistentVolumeClaims, claim(place.server, name, snapshot));
  return place.untilIs(persistentVolumeClaims, name, ({ status }) => status.phase === 'Bound');
}

export function untilSnapshotReady(place: Place, name: string): Promise<Body> {
  return place.untilIs(volumeSnapshots, name, ({ status }) => status?.readyToUse === true);
}

/** A VolumeSnapshot of a snapshot that the storage has already, and its content, of which it gives the name. */
export async function bindSnapshot(
  place: Place,
  snapshotHandle: string,
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const boundTo = { namespace: place.namespace, name };
  const content = preProvisionedContent(place.server, snapshotHandle, boundTo, fields);
  await place.create(volumeSnapshotContents, content);
  const source = { volumeSnapshotContentName: content.metadata.name };
  await place.create(volumeSnapshots, volumeSnapshot(name, { source }));
  return content.metadata.name;
}

/** The name of a VolumeSnapshotClass that is there for the tests of the describe-block. */
export function useSnapshotClass(
  place: Place,
  fields: () => Readonly<Record<string, unknown>>,
): () => string {
  let name = '';
  beforeAll(async () => {
    const manifest = snapshotClass(place.server, fields());
    ({ name } = manifest.metadata);
    await place.create(volumeSnapshotClasses, manifest);
  });
  afterAll(async () => {
    await place.delete(volumeSnapshotClasses, name);
  });
  return () => name;
}
