import { namespaceFlag, snapshotArgument } from '../snapshots/settings.ts';
import { defineSettings } from '../settings/schema.ts';

export const describeSettings = defineSettings({
  table: { snapshot: snapshotArgument('The snapshot to describe'), namespace: namespaceFlag },
  check: () => [],
  build: ({ snapshot, namespace }) => ({ name: snapshot, namespace }),
});
