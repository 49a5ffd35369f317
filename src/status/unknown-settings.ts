import { createSettings } from '../backup/settings/create.ts';
import { engines } from '../databases/engines.ts';
import { quoted } from '../core/quoted.ts';
import type { Backup } from './facts.ts';
import type { Problem } from './line.ts';
import type { Made } from './made.ts';
import type { Makers } from './makers.ts';

const { skipDump, dryRun } = createSettings.table;

/** What keeps backups from counting for a CronJob because its manifest does not say what they are to be. */
export function unknownOf({ job, good }: Made, backups: readonly Backup[], makers: Makers): Problem[] {
  const { name, mayDump, isDryRun } = job;
  const [newest] = good;
  const ready = backups.filter(
    ({ isReady, createdAt }) => isReady && createdAt > (newest?.createdAt ?? -Infinity),
  );
  const problems: Problem[] = [];
  if (mayDump && ready.some((backup) => backup.dumps === 0 && makers.madeBy(job, backup) !== false)) {
    const wanted = engines.map((engine) => `${engine.wanted.name}=true`).join(' or ');
    problems.push({
      what: `The manifest of CronJob ${quoted(name)} does not say whether it dumps a database, so snapshots without a dump do not count`,
      todo: `write into the manifest itself ${wanted}, or ${skipDump.name}=true if there is none`,
    });
  }
  if (isDryRun === undefined && ready.some((backup) => makers.madeBy(job, backup) === undefined)) {
    problems.push({
      what: `The manifest of CronJob ${quoted(name)} does not say whether it only tries, so snapshots that others made do not count`,
      todo: `write ${dryRun.name}=false into the manifest itself`,
    });
  }
  return problems;
}
