import { annotation } from '../../src/snapshots/labels.ts';
import { claims } from '../sandbox/objects/kinds.ts';
import { command, say } from './narrator.ts';
import type { Runs } from './runs.ts';
import type { Scene } from './scene.ts';

const reason = 'only to look at';

/**
 * Shows what is protected in the end: the shop is, and the volume that was restored says why it need not be. Throws when
 * something is not.
 */
export async function showStatus({ sandbox, shop }: Scene, runs: Runs): Promise<void> {
  command(`kubectl annotate pvc restored ${annotation.noBackup}='${reason}'`);
  sandbox.objects.update(claims, shop.app.namespace, 'restored', (claim) => {
    claim.metadata.annotations = { ...claim.metadata.annotations, [annotation.noBackup]: reason };
    return claim;
  });
  say(await runs.command(['status']));
}
