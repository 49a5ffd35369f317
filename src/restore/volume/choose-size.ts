import { quoted } from '../../core/quoted.ts';
import { problem, type Finding } from '../../core/finding.ts';
import { parseQuantity } from '../../kube/quantity.ts';
import { named, type StoredSnapshot } from '../../snapshots/stored.ts';
import type { Claim } from './claim.ts';

/** The size of a volume that is made from a snapshot: as the user says, else as large as the snapshot and its source. */
export function chooseSize(
  snapshot: StoredSnapshot,
  source: Claim | undefined,
  { size }: { readonly size: string | undefined },
): Finding<string> {
  const { restoreSize = '', words, metadata } = snapshot;
  const { namespace = '', name = '' } = metadata;
  const which = named(words, { namespace, name });
  const least = parseQuantity(restoreSize) ?? 0;
  if (size !== undefined) {
    if ((parseQuantity(size) ?? 0) >= least) return { found: size };
    return problem(`--size is '${size}', but ${which} needs ${quoted(restoreSize)}; give that much or more`);
  }
  const ofSource = source?.spec?.resources?.requests?.storage ?? '';
  const found = (parseQuantity(ofSource) ?? 0) > least ? ofSource : restoreSize;
  if (parseQuantity(found)) return { found };
  return problem(`${which} does not say how large it is; give the size with ⟪size⟫`);
}
