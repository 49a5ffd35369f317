import { restoreVolume, type RestoreResult } from '../restore/volume/restore-volume.ts';
import { restoreSettings } from '../restore/volume/settings.ts';
import { callerOn } from './terminal/caller.ts';
import { defineCommand } from './command.ts';
import { alignedTable, type Look } from './table.ts';

export const restore = defineCommand({
  name: 'restore',
  summary: 'Make a new PersistentVolumeClaim from a snapshot, beside whatever runs',
  examples: [
    {
      words: 'Say what would be made, as a manifest',
      line: 'backup-ns restore -n shop data-2026-11-21-043000-rrb1zq \\\n    --pvc restored --dry-run -o yaml',
    },
    {
      words: "Make PVC 'restored', and wait until its volume is there",
      line: 'backup-ns restore -n shop data-2026-11-21-043000-rrb1zq \\\n    --pvc restored --wait',
    },
  ],
  settings: restoreSettings,
  endings: ['preflight', 'verification'],
  byHand: true,
  run: (settings, context, { terminal }) => restoreVolume(settings, callerOn(terminal, context), context),
  views: { table },
});

function table(result: RestoreResult, look: Look): string {
  const { pvc, snapshot, size, storageClass, accessModes, dryRun, existed } = result;
  const row = [pvc, snapshot, size, storageClass, accessModes.join(','), stateOf(result)];
  const lines = alignedTable(['PVC', 'SNAPSHOT', 'SIZE', 'CLASS', 'ACCESS', 'STATE'], [row], look);
  if (dryRun) return `${lines}\n\nNothing was changed${existed ? '' : '; -o yaml shows the manifest'}.`;
  return `${lines}\n\n${nextSteps(result)}`;
}

function stateOf({ dryRun, existed, bound, waitsForPod }: RestoreResult): string {
  if (dryRun && !existed) return 'would be made';
  const state = bound ? 'bound' : waitsForPod ? 'waits for its first pod' : 'not bound yet';
  return existed ? `${state}, was there already` : state;
}

function nextSteps({ namespace, pvc, bound, waitsForPod, volumeMode }: RestoreResult): string {
  if (!bound && !waitsForPod) {
    return 'Wait for it with the same command and --wait.';
  }
  const use = `To use it, make '${pvc}' the claimName of a volume of the app's pods.`;
  return volumeMode === 'Filesystem' ? `${use} To look at it first:\n\n${lookAt(namespace, pvc)}` : use;
}

/** A shell in a pod of its own, which is gone when the shell is. */
function lookAt(namespace: string, pvc: string): string {
  const container = {
    name: 'look',
    image: 'busybox',
    stdin: true,
    tty: true,
    workingDir: '/restored',
    volumeMounts: [{ name: 'restored', mountPath: '/restored' }],
  };
  const volumes = [{ name: 'restored', persistentVolumeClaim: { claimName: pvc } }];
  const pod = JSON.stringify({ apiVersion: 'v1', spec: { containers: [container], volumes } });
  return `kubectl -n ${namespace} run look --rm -it --restart=Never --image=busybox --overrides='${pod}'`;
}
