import type { Resource } from '../../kube/resources.ts';

/** Where Longhorn keeps its objects. */
export const longhornNamespace = 'longhorn-system';
/** The CSI driver whose volumes are Longhorn's; the handle of one is the name of its Volume. */
export const longhornDriver = 'driver.longhorn.io';

const of = (plural: string, kind: string): Resource => ({
  group: 'longhorn.io',
  version: 'v1beta2',
  plural,
  kind,
});

export const longhornVolumes = of('volumes', 'Volume');
export const longhornSnapshots = of('snapshots', 'Snapshot');
export const longhornSettings = of('settings', 'Setting');
