import { tiers, type Tier } from '../snapshots/tiers.ts';
import { namespaceFlag } from '../snapshots/settings.ts';
import { boolean } from '../settings/formats.ts';
import { objectName } from '../settings/kubernetes-formats.ts';
import { defineSettings, type Values } from '../settings/schema.ts';
import { flag, type Setting } from '../settings/setting.ts';

const only = (name: string, which: string) => flag(name, boolean, `Only those ${which}`);

const ofTiers = {
  last: only('last', 'that stand for themselves, in tier last'),
  hourly: only('hourly', 'that stand for an hour'),
  daily: only('daily', 'that stand for a day'),
  weekly: only('weekly', 'that stand for a week'),
  monthly: only('monthly', 'that stand for a month'),
  yearly: only('yearly', 'that stand for a year'),
} satisfies Record<Tier, Setting<boolean | undefined>>;

const table = {
  namespace: namespaceFlag,
  allNamespaces: flag('all-namespaces', boolean, 'Of all namespaces, regardless of -n', 'A'),
  ...ofTiers,
  adhoc: only('adhoc', 'made by hand (type adhoc)'),
  marked: only('marked', 'that have a date after which they go'),
  held: only('held', 'that a user holds'),
  failed: only('failed', 'that failed, or were not ready within a day'),
  orphans: flag(
    'orphans',
    boolean,
    'Instead, show what deleted snapshots have left in the storage, such as when their namespace was deleted; of all namespaces, unless -n names one',
  ),
  pvc: flag('pvc', objectName('a PVC'), 'Only those of this PVC'),
  watch: flag('watch', boolean, 'Then print a line for each change, until Ctrl-C', 'w'),
};

/** Of an orphan there is less to be asked. */
function check({ orphans, ...values }: Partial<Values<typeof table>>): string[] {
  const others = ['watch', 'pvc', 'adhoc', 'marked', 'held', 'failed', ...tiers] as const;
  const given = others.filter((name) => values[name] !== undefined).map((name) => `--${name}`);
  if (!orphans || given.length === 0) return [];
  return [`--orphans cannot be narrowed by ${given.join(' and ')}; leave that out, or choose from -o json`];
}

export const listSettings = defineSettings({
  table,
  check,
  build: (values) => ({
    namespace: values.namespace,
    allNamespaces: values.allNamespaces ?? false,
    wanted: {
      tiers: tiers.filter((tier) => values[tier]),
      adhoc: values.adhoc ?? false,
      marked: values.marked ?? false,
      held: values.held ?? false,
      failed: values.failed ?? false,
      pvc: values.pvc,
    },
    watch: values.watch ?? false,
    orphans: values.orphans ?? false,
  }),
});
