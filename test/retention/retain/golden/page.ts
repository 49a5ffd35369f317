import { TZDate } from '@date-fns/tz/date';
import { format } from 'date-fns/format';
import type { KubeObject } from '../../../../src/kube/object.ts';
import type { RetentionDecision } from '../../../../src/retention/retain/plan.ts';
import { isReady, label } from '../../../../src/snapshots/labels.ts';
import { ordinaryTiers, tiers } from '../../../../src/snapshots/tiers.ts';
import { factsOf } from '../history-facts.ts';
import { keyOf, type Cluster } from '../history.ts';
import { beginning, type Story } from './story.ts';
import { stored } from '../../../../src/snapshots/csi/volume-snapshot.ts';

/** A story as it is read: what was there, and what becomes of each label. */
export function pageOf(story: Story): string {
  const cluster = beginning(story);
  story.tell(cluster);
  const lines = [
    story.title,
    story.says,
    '',
    `policy  ${policyOf(story)}`,
    `today   ${local(cluster.now, cluster)}, ${cluster.timeZone}`,
    ...tableOf(cluster, cluster.plan(story.policy)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The ordinary tiers always, and the others where they are wanted. */
function policyOf({ policy }: Story): string {
  const shown = tiers.filter((tier) => ordinaryTiers.includes(tier) || policy[tier] > 0);
  return shown.map((tier) => `${policy[tier]} ${tier}`).join(', ');
}

const head = ['made', 'snapshot', 'state', 'label', 'before', 'then', 'because it is'];

function tableOf(cluster: Cluster, plan: readonly RetentionDecision[]): string[] {
  const decisions = new Map(plan.map((decision) => [keyOf(decision.snapshot), decision]));
  const objects = new Map(cluster.snapshots.map((object) => [keyOf(object.metadata), object]));
  const volumes = Map.groupBy(factsOf(cluster), ({ volume }) => volume);
  const tables = [...volumes.keys()].toSorted().map((volume) => ({
    volume,
    rows: (volumes.get(volume) ?? []).flatMap(({ key }) => {
      const object = objects.get(key);
      return object ? rowsOf(object, decisions.get(key), cluster) : [];
    }),
  }));
  const all = [head, ...tables.flatMap(({ rows }) => rows)];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return tables.flatMap(({ volume, rows }) => ['', `volume  ${volume}`, line(head), ...rows.map(line)]);
}

/** A row for each label, the first with the snapshot itself. */
function rowsOf(object: KubeObject, decision: RetentionDecision | undefined, cluster: Cluster): string[][] {
  const { name = '', creationTimestamp = '' } = object.metadata;
  const labels = labelRows(object, decision);
  const first = [local(new Date(creationTimestamp), cluster), name, stateOf(object)];
  return labels.map((row, index) => [...(index === 0 ? first : ['', '', '']), ...row]);
}

function labelRows({ metadata }: KubeObject, decision: RetentionDecision | undefined): string[][] {
  if (!decision) return [['-', '-', '-', 'not in the plan']];
  const rows = decision.tiers.map(({ tier, bucket, keep, reason }) => {
    const value = metadata.labels?.[label[tier]] ?? '';
    const read = value === bucket ? value : `${value} (${bucket})`;
    return [tier, read, keep ? 'keep' : 'take', reason];
  });
  return rows.length > 0 ? rows : [['none', '', '', '']];
}

function stateOf(object: KubeObject): string {
  const { labels = {}, deletionTimestamp } = object.metadata;
  const words = [
    isReady(stored(object)) && 'ready',
    !isReady(stored(object)) && !deletionTimestamp && 'not ready',
    deletionTimestamp && 'being deleted',
    label.hold in labels && `hold=${labels[label.hold]}`,
    label.deleteAfter in labels && `delete-after=${labels[label.deleteAfter]}`,
    label.verified in labels && `verified=${labels[label.verified]}`,
  ];
  return words.filter(Boolean).join(', ');
}

function local(time: Date, { timeZone }: Cluster): string {
  return format(new TZDate(time, timeZone), 'EEE yyyy-MM-dd HH:mm xxx');
}
