import type { ObjectMeta } from '../kube/object.ts';
import { annotation, isManaged, label } from '../snapshots/labels.ts';

/** What is said of a content alone. */
const ofContents: ReadonlySet<string> = new Set([label.deleting, annotation.holdCopied]);

export type Texts = Readonly<Record<string, string>>;

/** The labels and annotations of this tool that tell of a backup, and none of others. */
export function ourMetadata({ labels = {}, annotations = {} }: ObjectMeta): {
  readonly labels: Texts;
  readonly annotations: Texts;
} {
  return { labels: ours(labels), annotations: ours(annotations) };
}

function ours(texts: Texts): Texts {
  const isOfBackup = (name: string) => isManaged(name) && !ofContents.has(name);
  return Object.fromEntries(Object.entries(texts).filter(([name]) => isOfBackup(name)));
}
