import type { Engine } from '../databases/engine.ts';
import { cronJobFlag, namespaceSetting } from '../databases/operations/settings.ts';
import { recall } from '../recall/recall.ts';
import { readSettings } from '../settings/read.ts';
import { defineSettings } from '../settings/schema.ts';
import { given, type Sources } from '../settings/sources.ts';
import { snapshotFlag } from '../snapshots/settings.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';

const whose = defineSettings({
  table: {
    namespace: namespaceSetting,
    cronJob: cronJobFlag,
    snapshot: snapshotFlag('The snapshot'),
  },
  check: () => [],
  build: (values) => values,
});

/** For `Command.recall` of the commands of an engine: nobody has to type what the namespace knows of its database. */
export const recalled =
  (engine: Engine) =>
  async (sources: Sources, context: SnapshotContext): Promise<Sources> => {
    const { settings } = readSettings(whose, sources);
    const missing = Object.values(engine.settings.table).filter((setting) => !given(setting, sources));
    const wish = { ...settings, namespace: settings.namespace ?? context.kube.namespace, missing };
    return { ...sources, remembered: await recall(engine, wish, context) };
  };
