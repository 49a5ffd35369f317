import { Examination, type Diagnosis } from '../../core/diagnosis.ts';
import { quoted, shown } from '../../core/quoted.ts';
import { hasStatus } from '../../kube/error.ts';
import { examine } from '../../kube/examine.ts';
import { isRecord, type KubeObject } from '../../kube/object.ts';
import { persistentVolumes, volumeSnapshotClasses, type Resource } from '../../kube/resources.ts';
import type { ExaminedClaim, ProviderContext } from '../provider.ts';
import { classOf } from './class.ts';

const definitions: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
};
const kinds = ['volumesnapshots', 'volumesnapshotclasses', 'volumesnapshotcontents'];
const group = 'snapshot.storage.k8s.io';
const install = 'install the CRDs and the controller of external-snapshotter';

/** See `SnapshotProvider`. */
export async function examineCsi(
  claims: readonly ExaminedClaim[],
  context: ProviderContext,
): Promise<readonly Diagnosis[]> {
  const { signal } = context;
  const [versions, classes] = await Promise.all([
    examine('snapshot CRDs', 'cluster', (found) => examineDefinitions(found, context), signal),
    examine('snapshot classes', 'cluster', (found) => examineClasses(found, claims, context), signal),
  ]);
  return [...versions, ...classes];
}

async function examineDefinitions(
  found: Examination,
  { kube, signal }: ProviderContext,
): Promise<Diagnosis[]> {
  const all = await Promise.all(
    kinds.map(async (kind) => ({
      kind,
      definition: await kube.find(definitions, { name: `${kind}.${group}` }, { signal }),
    })),
  );
  const missing = all.filter(({ definition }) => !definition).map(({ kind }) => kind);
  if (missing.length > 0)
    return [found.problem(`This cluster does not have ${missing.join(', ')} of ${group}`, install)];
  const old = all.filter(({ definition }) => !servedBy(definition).includes('v1')).map(({ kind }) => kind);
  if (old.length > 0) {
    return [found.problem(`${old.join(', ')} are not served as v1`, `${install}, of version 4 or later`)];
  }
  const served = [...new Set(all.flatMap(({ definition }) => servedBy(definition)))];
  return [found.ok(`${group} is there, as ${served.map((version) => shown(version)).join(', ')}`)];
}

function servedBy(definition: KubeObject | undefined): string[] {
  const versions = isRecord(definition?.spec) ? definition.spec['versions'] : undefined;
  if (!Array.isArray(versions)) return [];
  return versions.flatMap((one: unknown) =>
    isRecord(one) && one['served'] === true && typeof one['name'] === 'string' ? [one['name']] : [],
  );
}

type Class = ReturnType<typeof classOf>;

async function examineClasses(
  found: Examination,
  claims: readonly ExaminedClaim[],
  context: ProviderContext,
): Promise<Diagnosis[]> {
  const { kube, signal } = context;
  let classes: readonly Class[];
  try {
    classes = (await Array.fromAsync(kube.list(volumeSnapshotClasses, { signal }))).map((object) =>
      classOf(object),
    );
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
    return [found.problem(`This cluster does not know snapshots (${error.message})`, install)];
  }
  if (classes.length === 0) {
    const todo = 'make one for the driver of your volumes; its documentation has an example';
    return [found.problem('There is no VolumeSnapshotClass', todo)];
  }
  const drivers = await examine(
    'snapshot classes',
    'cluster',
    (drivers) => examineDrivers(drivers, classes, claims, context),
    signal,
  );
  return [...byDriver(found, classes), ...drivers];
}

function byDriver(found: Examination, classes: readonly Class[]): Diagnosis[] {
  return [...Map.groupBy(classes, ({ driver }) => driver)].flatMap(([driver, own]) => {
    const named = (some: readonly Class[]) => some.map(({ name }) => quoted(name)).join(', ');
    const defaults = own.filter(({ isDefault }) => isDefault);
    const deleting = own.filter(({ deletionPolicy }) => deletionPolicy === 'Delete');
    const diagnoses = [found.ok(`Driver ${quoted(driver)} has ${named(own)}`)];
    if (defaults.length > 1) {
      const todo = 'take the annotation off all but one, or name one in the settings of each backup';
      diagnoses.push(
        found.problem(`Driver ${quoted(driver)} has several default classes: ${named(defaults)}`, todo),
      );
    }
    if (defaults.length === 0) {
      const todo = 'name one in the settings of each backup, or make one the default';
      diagnoses.push(found.warning(`Driver ${quoted(driver)} has no default class`, todo));
    }
    if (deleting.length > 0) {
      const what = `Snapshots of class ${named(deleting)} are deleted with their namespace, with their data`;
      diagnoses.push(
        found.warning(what, 'make a class with the deletionPolicy Retain, and name it in the settings'),
      );
    }
    return diagnoses;
  });
}

/** Volumes that are to be backed up, and that nothing can snapshot. */
async function examineDrivers(
  found: Examination,
  classes: readonly Class[],
  claims: readonly ExaminedClaim[],
  { kube, signal }: ProviderContext,
): Promise<Diagnosis[]> {
  if (claims.length === 0) return [];
  const wanted = new Map(claims.map((claim) => [claim.uid, claim]));
  const without: { readonly driver: string | undefined; readonly claim: ExaminedClaim }[] = [];
  for await (const { spec } of kube.list(persistentVolumes, { signal })) {
    if (!isRecord(spec)) continue;
    const { claimRef, csi } = spec;
    const claim = isRecord(claimRef) ? wanted.get(String(claimRef['uid'])) : undefined;
    const driver = isRecord(csi) && typeof csi['driver'] === 'string' ? csi['driver'] : undefined;
    if (claim && !classes.some((one) => one.driver === driver)) without.push({ driver, claim });
  }
  return [...Map.groupBy(without, ({ driver }) => driver)].map(([driver, own]) => {
    const [first] = own;
    const others = own.length > 1 ? ` and ${own.length - 1} more` : '';
    const which = `PVC ${quoted(`${first?.claim.namespace}/${first?.claim.name}`)}${others}`;
    return driver === undefined
      ? found.problem(`${which} is on a volume that no CSI driver provides`, 'move it to a CSI storage class')
      : found.problem(
          `Driver ${quoted(driver)}, which has ${which}, has no VolumeSnapshotClass`,
          'make one for it, or ask those who run the storage',
        );
  });
}
