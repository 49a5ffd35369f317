import type { Engine } from '../databases/engine.ts';
import { cronJobFlag, namespaceSetting } from '../databases/operations/settings.ts';
import { recall } from '../recall/recall.ts';
import { readSettings } from '../settings/read.ts';
import { defineSettings } from '../settings/schema.ts';
import { given, type Sources } from '../settings/sources.ts';
import { snapshotFlag } from '../snapshots/settings.ts';
import type { SnapshotContext } from '../snapshots/provider.ts';
import { yesFlag } from '../settings/yes.ts';
import { callerOn } from './terminal/caller.ts';
import type { Terminal } from './terminal/terminal.ts';

const whose = defineSettings({
  table: {
    namespace: namespaceSetting,
    cronJob: cronJobFlag,
    snapshot: snapshotFlag('The snapshot'),
    yes: yesFlag,
  },
  check: () => [],
  build: (values) => values,
});

/** For `Command.recall` of the commands of an engine: nobody has to type what the namespace knows of its database. */
export const recalled =
  (engine: Engine) =>
  async (sources: Sources, context: SnapshotContext, terminal: Terminal): Promise<Sources> => {
    const {
      settings: { yes, ...settings },
    } = readSettings(whose, sources);
    const missing = Object.values(engine.settings.table).filter((setting) => !given(setting, sources));
    // Who says yes to everything has not read what the snapshot says.
    const person = yes || !terminal.canAsk ? undefined : callerOn(terminal, context);
    const namespace = settings.namespace ?? context.kube.namespace;
    const wish = { ...settings, namespace, missing, person };
    return { ...sources, remembered: await recall(engine, wish, context) };
  };
