import { quiesceTable } from '../backup/settings/quiesce.ts';
import type { DescribedClaim } from '../catalogue/described-claim.ts';
import type { DescribedDump } from '../catalogue/described-dumps.ts';
import type { SnapshotDescription, StorageState } from '../catalogue/describe-snapshot.ts';
import { humanAge } from '../core/human-age.ts';
import { humanBytes } from '../core/human-bytes.ts';
import { quoted, shown } from '../core/quoted.ts';
import type { Example } from './command.ts';
import { whyNotRestorable } from './restore-commands.ts';
import { orDash, sizeText, tiersText } from './snapshot-cells.ts';
import { alignedTable, type Cell, type Look, type Row } from './table.ts';

export interface Described extends SnapshotDescription {
  readonly commands: readonly Example[];
}

/** For a person, as `kubectl describe` has it. */
export function descriptionText(described: Described, look: Look): string {
  const sections = [
    alignedTable([], factsOf(described), look),
    dumpsText(described, look),
    warningsText(described),
    restoreText(described),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function factsOf(described: Described): Row[] {
  const { namespace, name, createdAt, describedAt, timeZone, tiers, type, pod, verified } = described;
  const age = humanAge(createdAt, describedAt);
  return [
    ['Name:', name],
    ['Namespace:', namespace],
    ['PVC:', `${orDash(described.pvc)}, ${claimWords(described.claim)}`],
    ['Taken:', `${createdAt.toISOString().replace('.000', '')}, ${age} ago`],
    ['State:', stateCell(described)],
    [
      'Stands for:',
      `${tiersText(tiers, true).replaceAll(',', ', ')}${type === undefined ? '' : ` (type ${type})`}`,
    ],
    ['Kept:', `${described.next} (days of ${timeZone})`],
    ...(described.keepUntil === undefined
      ? []
      : [['Not before:', `${described.keepUntil}, as a person made it`]]),
    ...(described.heldBy ? [['Held by:', holderWords(described.heldBy)]] : []),
    [
      'Verified:',
      verified === undefined
        ? 'never: nobody has noted a test restore of it'
        : `restored for a test on ${verified}`,
    ],
    ['Size:', sizeText(described.sizeBytes)],
    ['Class:', orDash(described.className)],
    ['Deletion:', policyWords(described.storage)],
    ...(described.content === undefined ? [] : [['Content:', described.content]]),
    ...(described.group === undefined
      ? []
      : [['Group:', `${described.group}, with which alone it can be deleted`]]),
    ['Backup:', backupWords(described)],
    ...(pod === undefined ? [] : [['Made by:', `pod ${pod}`]]),
    ['Quiesced:', quiesceWords(described.settings)],
  ];
}

const claims: Readonly<Record<DescribedClaim['state'], string>> = {
  same: 'which is the same PVC today',
  another: 'whose name another PVC has today: it was deleted and created again',
  gone: 'which is not there any more',
  unknown: 'of which the snapshot does not say whether it is the one of today',
  unseen: 'which you may not look at',
};

function claimWords({ state }: DescribedClaim): string {
  return claims[state];
}

function stateCell(described: Described): Cell {
  const { ready, deleting, failed } = described;
  if (described.storage.data === 'lost') return { text: 'its data is lost', colour: 'red' };
  if (deleting)
    return { text: `on its way out${failed === undefined ? '' : `: ${failed}`}`, colour: 'yellow' };
  if (failed !== undefined)
    return { text: `${ready ? 'ready, but' : 'not ready:'} ${failed}`, colour: 'red' };
  return ready ? 'ready' : { text: 'not ready yet', colour: 'yellow' };
}

function holderWords({ program, since }: NonNullable<Described['heldBy']>): string {
  return `${quoted(program)}${since === undefined ? '' : `, since ${shown(since, 30)}`}`;
}

function policyWords({ data, deletionPolicy }: StorageState): string {
  if (data === 'lost') return 'nothing is left to be deleted';
  if (data === 'none') return 'the storage has nothing of it';
  if (data === 'unseen') return 'unknown, as you may not look at what is in the storage';
  if (deletionPolicy === 'Delete') return 'Delete: the data goes with the snapshot, and with its namespace';
  if (deletionPolicy === 'Retain')
    return 'Retain: the data stays when the snapshot or its namespace is deleted';
  if (deletionPolicy === undefined) return 'the storage does not say';
  return `${quoted(deletionPolicy)}, which is neither Delete nor Retain`;
}

function backupWords({ backup, others }: Described): string {
  if (backup === undefined) return 'this snapshot alone';
  if (others === undefined) return `${backup}, whose other snapshots cannot be told`;
  if (others.length === 0) return `${backup}, this snapshot alone`;
  const named = others.map(({ name, pvc, ready }) => `${orDash(pvc)} (${name}${ready ? '' : ', not ready'})`);
  return `${backup}, with PVC ${named.join(', ')}`;
}

/** What was done so that the files fit together; the dump of a database does by itself. */
function quiesceWords(settings: Described['settings']): string {
  const method = settings[quiesceTable.quiesce.name];
  const hooks = settings[quiesceTable.hooks.name];
  if (method === undefined) return 'not recorded';
  const ways = [
    ...(hooks === undefined || hooks === quiesceTable.hooks.fallback ? [] : [`hooks ${shown(hooks, 300)}`]),
    ...(method === quiesceTable.quiesce.fallback ? [] : [shown(method)]),
  ];
  return ways.length > 0 ? ways.join(', and ') : 'nothing, so only dumps are consistent by themselves';
}

function dumpsText({ dumps, others }: Described, look: Look): string {
  if (dumps === undefined) return 'Dumps of this backup: what is recorded of them cannot be read';
  if (dumps.length === 0) return 'Dumps of this backup: none';
  const head = ['DATABASE', 'ENGINE', 'TOOL', 'SIZE', 'DUMP', 'SHA256'];
  const where = (others?.length ?? 0) > 0 ? ', each on one of its PVCs' : '';
  return `Dumps of this backup${where}:\n${alignedTable(head, dumps.map(dumpRow), look)}`;
}

function dumpRow(dump: DescribedDump): Row {
  const { engine, version = '', toolVersion, bytes, path, sha256, lagSeconds } = dump;
  const replica =
    lagSeconds === undefined ? '' : `, replica ${lagSeconds === null ? '' : `${lagSeconds}s `}behind`;
  return [
    databaseOf(dump),
    `${orDash(engine)} ${version}`.trim() + replica,
    orDash(toolVersion),
    bytes === undefined ? '-' : humanBytes(bytes),
    orDash(path),
    orDash(sha256),
  ];
}

function databaseOf({ database, propertiesOf, dumps }: DescribedDump): string {
  if (dumps !== undefined) return `${dumps}, as listed in DUMP`;
  if (propertiesOf !== undefined) return `${propertiesOf} (its owner, rights and settings)`;
  return database ?? '(roles and other globals)';
}

function warningsText({ dumps = [] }: Described): string {
  const rows = dumps.flatMap(({ warnings }) => warnings).map((warning) => [`  ${shown(warning, 500)}`]);
  return rows.length === 0 ? '' : `Warnings of the backup:\n${alignedTable([], rows)}`;
}

function restoreText(described: Described): string {
  const why = whyNotRestorable(described);
  if (why !== undefined) return `Restore: nothing can be restored from it: ${shown(why, 500)}`;
  const lines = described.commands.map(({ words, line }) => `  # ${shown(words, 300)}\n  ${line}`);
  return `Restore:\n${lines.join('\n')}`;
}
