import type { Diagnosis } from '../core/diagnosis.ts';
import { PartialError } from '../core/errors.ts';
import { diagnose, type DoctorReport } from '../doctor/doctor.ts';
import { doctorSettings } from '../doctor/settings.ts';
import { createSettings } from '../backup/settings/create.ts';
import { defineCommand } from './command.ts';
import { knownNames } from './known-settings.ts';
import { withNamesOf } from './setting-names.ts';
import { alignedTable, type Cell, type Look } from './table.ts';

const help = `It looks at the API server and its clock, the CRDs and classes of snapshots, what you may do, the Lease of a \
namespace, and all that status shows. With -n, also at each CronJob that makes backups: its settings, what its account \
may do, whether the API server would take its pod, and what a backup would meet, as create --dry-run tells it.

Nothing is changed. What you may not look at is a warning. It ends with exit code 3 when there is a problem.`;

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Look at all that backups stand on, and say how to mend what is wrong',
  examples: [
    {
      words: 'Namespace shop, with a trial of what its backups would meet',
      line: 'backup-ns doctor -n shop',
    },
    { words: 'What can be seen of all namespaces by lists', line: 'backup-ns doctor -A' },
  ],
  help,
  settings: doctorSettings,
  endings: ['partial'],
  endingWords: { partial: 'there is a problem' },
  byHand: true,
  async run({ namespace, allNamespaces }, context): Promise<DoctorReport> {
    const scope = allNamespaces ? undefined : (namespace ?? context.kube.namespace);
    const report = withNames(await diagnose(scope, knownNames, context));
    const problems = report.diagnoses.filter(({ verdict }) => verdict === 'problem').length;
    if (problems === 0) return report;
    throw new PartialError(`${problems} ${problems === 1 ? 'problem' : 'problems'} found`, report);
  },
  views: { table },
});

/** Whoever reads it mends a CronJob, which has variables. */
function withNames(report: DoctorReport): DoctorReport {
  const named = withNamesOf(createSettings.table);
  const diagnoses = report.diagnoses.map((one): Diagnosis => ({
    ...one,
    what: named(one.what),
    ...(one.todo !== undefined && { todo: named(one.todo) }),
  }));
  return { ...report, diagnoses };
}

const colours = { ok: undefined, warning: 'yellow', problem: 'red' } as const;

function table({ diagnoses }: DoctorReport, look: Look): string {
  const order = ['problem', 'warning', 'ok'];
  const sorted = diagnoses.toSorted(
    (one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict),
  );
  const rows = sorted.map(({ verdict, check, where, what, todo }) => {
    const colour = colours[verdict];
    const cell: Cell = colour ? { text: verdict, colour } : verdict;
    return [cell, check, where, todo ? `${what}; ${todo}` : what];
  });
  return alignedTable(['VERDICT', 'CHECK', 'WHERE', 'WHAT'], rows, look);
}
