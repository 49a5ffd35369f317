import type { Format } from './setting.ts';

/** Labels that an object must have all of, by their names. */
export type LabelPairs = Readonly<Record<string, string>>;

const word = '[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const pair = new RegExp(`^((?:[a-z0-9][-a-z0-9.]*/)?${word}) *==? *(${word})$`);

/**
 * Labels with their values, of which all must be there. Not the whole of a selector: the snapshot controller looks at
 * nothing but `matchLabels`, and takes every PVC of the namespace when there are only `matchExpressions`
 * (external-snapshotter 8.6, pkg/common-controller/groupsnapshot_controller_helper.go).
 */
export const labelPairs: Format<LabelPairs> = {
  usage: '<labels>',
  parse(text) {
    const pairs = text.split(',').map((part) => pair.exec(part.replaceAll(/^ +| +$/g, '')));
    const entries = pairs.flatMap((found) => (found ? [[found[1] ?? '', found[2] ?? ''] as const] : []));
    const isUnique = new Set(entries.map(([name]) => name)).size === entries.length;
    if (entries.length === pairs.length && isUnique) return { value: Object.fromEntries(entries) };
    return {
      expected:
        'labels with their values, each once, such as app=shop,backup=together; no other form of selector',
    };
  },
};
