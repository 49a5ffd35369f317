import { boolean } from '../settings/formats.ts';
import { defineSettings } from '../settings/schema.ts';
import { flag } from '../settings/setting.ts';
import { namespaceFlag } from '../snapshots/settings.ts';

export const doctorSettings = defineSettings({
  table: {
    namespace: namespaceFlag,
    allNamespaces: flag('all-namespaces', boolean, 'Of all namespaces, regardless of -n', 'A'),
  },
  check: () => [],
  build: ({ namespace, allNamespaces = false }) => ({ namespace, allNamespaces }),
});
