import { quoted } from '../../core/quoted.ts';
import { problem, type Finding } from '../../core/finding.ts';
import type { KubeObject } from '../../kube/object.ts';

export interface StorageClass extends KubeObject {
  provisioner?: string;
  volumeBindingMode?: string;
}

const defaultAnnotation = 'storageclass.kubernetes.io/is-default-class';

export interface WantedClass {
  /** The driver that has the snapshot; undefined while nobody can tell. */
  readonly driver: string | undefined;
  /** What the user asked for. */
  readonly named: string | undefined;
  /** The class of the volume that the snapshot was cut of, if that is still known. */
  readonly ofSource: string | undefined;
}

/**
 * The class of a volume that is made from a snapshot, whose driver must be that of the snapshot: the named one, else that
 * of the source, else the driver's only or default one.
 */
export function chooseStorageClass(
  classes: readonly StorageClass[],
  { driver, named, ofSource }: WantedClass,
): Finding<StorageClass> {
  const fitting = classes.filter(({ provisioner }) => provisioner === driver);
  const known = `those of driver ${quoted(driver)} are: ${fitting.map(nameOf).join(', ') || 'none'}`;
  const hint = driver === undefined ? 'look for one with: kubectl get storageclass' : known;
  if (named !== undefined) {
    const found = classes.find((one) => nameOf(one) === named);
    if (!found) return problem(`There is no StorageClass '${named}'; set ⟪storageClass⟫ to another, ${hint}`);
    if (driver === undefined || found.provisioner === driver) return { found };
    return problem(
      `StorageClass '${named}' is of driver ${quoted(found.provisioner)}, the snapshot of ${quoted(driver)}; set ⟪storageClass⟫ to another, ${hint}`,
    );
  }
  // Why nobody can tell is a problem of its own, of which this would be but an echo.
  if (driver === undefined) return { problems: [] };
  const source = fitting.find((one) => nameOf(one) === ofSource);
  const defaults = fitting.filter(({ metadata }) => metadata.annotations?.[defaultAnnotation] === 'true');
  const found = source ?? only(defaults) ?? only(fitting);
  if (found) return { found };
  return problem(
    fitting.length === 0
      ? `No StorageClass is of driver ${quoted(driver)}, which has the snapshot; make one that is`
      : `It is not clear of which StorageClass the new volume is to be; set ⟪storageClass⟫, ${hint}`,
  );
}

function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name ?? '';
}
