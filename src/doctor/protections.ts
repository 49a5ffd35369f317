import { type Diagnosis, Examination } from '../core/diagnosis.ts';
import { shown } from '../core/quoted.ts';
import type { Facts } from '../status/facts.ts';
import type { StatusLine } from '../status/line.ts';

/** What `status` knows: suspended, missed, images, quota, Pod Security, and what nobody backs up. */
export function protections(
  lines: readonly StatusLine[],
  { unseen }: Pick<Facts, 'unseen'>,
  found: Examination,
): readonly Diagnosis[] {
  const about = lines.flatMap((line) => diagnosesOf(line));
  const good = lines.filter(
    ({ protection, problems }) => protection === 'yes' && problems.length === 0,
  ).length;
  const all =
    lines.length === 0
      ? [found.ok('There is no PVC')]
      : good === 0
        ? []
        : [found.ok(`${good} of ${lines.length} PVCs are protected, and nothing is wrong with them`)];
  const hidden =
    unseen.length === 0
      ? []
      : [
          found.warning(
            `You may not list ${unseen.join(', ')}, so problems that only they show are missing`,
            'ask for the right to list them',
          ),
        ];
  return [...all, ...hidden, ...about];
}

function diagnosesOf({ namespace, pvc, protection, problems }: StatusLine): Diagnosis[] {
  if (protection === 'exempt') return [];
  const found = new Examination('backups', `${shown(namespace)}/pvc/${shown(pvc)}`);
  const isBad = protection === 'no';
  return problems.map(({ what, todo }) => (isBad ? found.problem(what, todo) : found.warning(what, todo)));
}
