import type { SnapshotContext } from '../snapshots/provider.ts';
import { placeOf, type Scope } from '../catalogue/scope.ts';
import { PartialError } from '../core/errors.ts';
import { quoted } from '../core/quoted.ts';
import { statusSettings } from '../status/settings.ts';
import { readStatus, unprotectedIn, type StatusReport } from '../status/status.ts';
import { watchStatus } from '../status/watch-status.ts';
import { defineCommand, type Call } from './command.ts';
import { knownNames } from './known-settings.ts';
import { fingerprint, StatusColumns } from './status-columns.ts';
import { statusFollower } from './status-follow.ts';
import { alignedTable, type Look } from './table.ts';

const help = `A PVC is protected ('yes') when it has a good backup that is not older than the time between two runs of its \
CronJob. It is 'late' while the run that is due has not had its time yet: two hours, or half the time between two \
runs. It is 'exempt' when its annotation backup-ns.sh/no-backup says why it needs none. Otherwise it is not \
protected, and the command ends with exit code 3.

Where databases are dumped, a backup without a dump does not count, nor does one of an earlier PVC of the same name.

SINCE is how long this has been so: for what is protected, as far back as backups are left. PROBLEM says what is \
wrong and what to do; -o wide has all of it. What is protected may have problems, too.

A CronJob counts for its own namespace, and for the PVCs that its manifest names.

With --watch, a line follows for each change.`;

export const status = defineCommand({
  name: 'status',
  summary: 'Show which PVCs are protected, and what is wrong with the others',
  examples: [
    { words: 'The PVCs of namespace shop', line: 'backup-ns status -n shop' },
    { words: 'All of them, with all that is wrong', line: 'backup-ns status -A -o wide' },
  ],
  help,
  settings: statusSettings,
  endings: ['partial', 'preflight'],
  endingWords: { partial: 'a PVC is not protected' },
  byHand: true,
  async run({ namespace, allNamespaces, watch }, context, call): Promise<StatusReport | undefined> {
    const scope = allNamespaces ? undefined : (namespace ?? context.kube.namespace);
    if (watch) return await follow(scope, context, call);
    const report = await readStatus(scope, knownNames, context);
    note(report, scope, call);
    const unprotected = unprotectedIn(report.lines);
    if (unprotected.length > 0) throw new PartialError(wordsOn(report, unprotected), report);
    return report;
  },
  views: {
    table: (report, look) => table(report, { ...look, wide: false }),
    wide: (report, look) => table(report, { ...look, wide: true }),
  },
});

const mostNamed = 5;

function wordsOn({ lines }: StatusReport, unprotected: ReturnType<typeof unprotectedIn>): string {
  const named = unprotected.slice(0, mostNamed).map(({ namespace, pvc }) => quoted(`${namespace}/${pvc}`));
  const others = unprotected.length - named.length;
  const all = `${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  const verb = unprotected.length === 1 ? 'is' : 'are';
  const checked = lines.filter(({ protection }) => protection !== 'exempt').length;
  return `${unprotected.length} of ${checked} ${checked === 1 ? 'PVC' : 'PVCs'} ${verb} not protected: ${all}`;
}

/** What the list itself does not show; for a person. */
function note({ lines, unseen }: StatusReport, scope: Scope, { output, terminal, isQuiet }: Call): void {
  if (output === 'json' || output === 'yaml') return;
  if (lines.length === 0 && !isQuiet) terminal.note(`No PVCs found in ${placeOf(scope)}.`);
  if (unseen.length > 0) {
    const what = unseen.map((kind) => (kind === 'classes' ? 'snapshot classes' : kind)).join(', ');
    terminal.note(
      `You may not list ${what}, so problems that only they show are missing; ask for the right to list them.`,
    );
  }
}

function table(report: StatusReport | undefined, look: Look & { readonly wide: boolean }): string {
  if (!report || report.lines.length === 0) return '';
  const columns = new StatusColumns({ wide: look.wide, hasNamespaces: report.namespace === undefined });
  const rows = report.lines.map((line) => columns.row(line, report.at));
  return alignedTable(columns.head, rows, look);
}

/** Until the reader has gone. */
async function follow(scope: Scope, context: SnapshotContext, call: Call): Promise<undefined> {
  const { output, terminal } = call;
  const write = statusFollower({ output, colour: terminal.colour, hasNamespaces: scope === undefined });
  let isFirst = true;
  for await (const changed of watchStatus(scope, knownNames, fingerprint, context)) {
    if (isFirst) note(changed.report, scope, call);
    isFirst = false;
    const text = await write(changed);
    if (text !== '' && !(await terminal.print(text))) return;
  }
}
