import { boolean } from '../settings/formats.ts';
import { defineSettings } from '../settings/schema.ts';
import { flag } from '../settings/setting.ts';
import { namespaceFlag } from '../snapshots/settings.ts';

export const statusSettings = defineSettings({
  table: {
    namespace: namespaceFlag,
    allNamespaces: flag('all-namespaces', boolean, 'Of all namespaces, regardless of -n', 'A'),
    watch: flag('watch', boolean, 'Then print a line for each change, until Ctrl-C', 'w'),
  },
  check: () => [],
  build: ({ namespace, allNamespaces = false, watch = false }) => ({ namespace, allNamespaces, watch }),
});
