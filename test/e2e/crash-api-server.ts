import { apply, type Testbed } from '../../scripts/testbed.ts';
import { freshNamespace, until } from './support.ts';

const namespace = 'e2e-crash';

/** Kills the API server from a pod that sees the processes of its node; resolves when it answers again. */
export async function crashApiServer(bed: Testbed): Promise<void> {
  await freshNamespace(bed, namespace);
  const script = `for p in /proc/[0-9]*; do
    IFS= read -r name <"$p/comm" && [ "$name" = kube-apiserver ] && kill -KILL "\${p#/proc/}" && touch /dev/termination-log
  done; exit 0`;
  await apply(bed, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'crash', namespace },
    spec: {
      hostPID: true,
      restartPolicy: 'Never',
      containers: [
        {
          name: 'crash',
          image: bed.images.postgres.ref,
          imagePullPolicy: 'Never',
          command: ['sh', '-c', script],
          securityContext: { privileged: true, runAsUser: 0 },
        },
      ],
    },
  });
  // The answer that it is over is the API server's own, which is there again then.
  await until('the API server to be killed, and to answer again', 60, async () => {
    const args = ['-n', namespace, 'get', 'pod', 'crash', '-o', 'jsonpath={.status.phase}'];
    const phase = await bed.kubectl(args).catch(() => '');
    return phase === 'Succeeded' ? true : undefined;
  });
}
