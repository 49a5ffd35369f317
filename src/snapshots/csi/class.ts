import { quoted } from '../../core/quoted.ts';
import { problem, type Finding } from '../../core/finding.ts';
import type { KubeObject } from '../../kube/object.ts';

export interface SnapshotClass {
  readonly name: string;
  readonly driver: string;
  readonly deletionPolicy: string;
}

/** What the two kinds of classes differ in. */
export interface ClassKind {
  readonly kind: string;
  /** The setting that names one. */
  readonly setting: string;
  /** Its value on a default class is `true`. */
  readonly defaultAnnotation: string;
}

const single: ClassKind = {
  kind: 'VolumeSnapshotClass',
  setting: '⟪snapshotClass⟫',
  defaultAnnotation: 'snapshot.storage.kubernetes.io/is-default-class',
};

/** The annotation as external-snapshotter 8.6 has it (pkg/utils/util.go). */
export const groupClass: ClassKind = {
  kind: 'VolumeGroupSnapshotClass',
  setting: '⟪groupClass⟫',
  defaultAnnotation: 'groupsnapshot.storage.kubernetes.io/is-default-class',
};

/**
 * The class that a snapshot of a volume of `driver` is to have: the named one, else the driver's default.
 * A snapshot whose class does not exist stays without a status for ever, so this is decided before there is one.
 */
export function chooseClass(
  classes: readonly KubeObject[],
  driver: string,
  wanted: string | undefined,
  { kind, setting, defaultAnnotation }: ClassKind = single,
): Finding<SnapshotClass> {
  const all = classes.map((object) => classOf(object, defaultAnnotation));
  const fitting = all.filter((candidate) => candidate.driver === driver);
  const known = `the classes for driver ${quoted(driver)} are: ${fitting.map(({ name }) => name).join(', ') || 'none'}`;
  if (wanted !== undefined) {
    const named = all.find(({ name }) => name === wanted);
    if (!named) {
      return problem(`There is no ${kind} '${wanted}'; set ${setting} to another, ${known}`);
    }
    if (named.driver === driver) return { found: named };
    return problem(
      `${kind} '${wanted}' is of driver ${quoted(named.driver)}, the volume of ${quoted(driver)}; set ${setting} to another, ${known}`,
    );
  }
  const defaults = fitting.filter(({ isDefault }) => isDefault);
  const [only, second] = defaults;
  if (only && !second) return { found: only };
  if (fitting.length === 0) {
    return problem(
      `There is no ${kind} for driver ${quoted(driver)}; create one, or ask those who run the storage`,
    );
  }
  const count = only ? 'more than one' : 'no';
  return problem(`Driver ${quoted(driver)} has ${count} default ${kind}; set ${setting}, ${known}`);
}

export function classOf(
  object: KubeObject,
  defaultAnnotation = single.defaultAnnotation,
): SnapshotClass & { readonly isDefault: boolean } {
  const { driver, deletionPolicy } = object as KubeObject & { driver?: string; deletionPolicy?: string };
  return {
    name: object.metadata.name ?? '',
    driver: driver ?? '',
    deletionPolicy: deletionPolicy ?? '',
    isDefault: object.metadata.annotations?.[defaultAnnotation] === 'true',
  };
}
