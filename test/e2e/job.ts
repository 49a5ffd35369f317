import type { Testbed } from '../../scripts/testbed.ts';
import { getJson, until } from './support.ts';

interface PodList {
  items: { metadata: { name: string }; status: { containerStatuses?: ContainerStatus[] } }[];
}

interface ContainerStatus {
  name: string;
  state: { running?: object; terminated?: { exitCode: number; message?: string } };
}

export interface Ending {
  pod: string;
  exitCode: number;
  /** The end of the container's log, as `kubectl describe pod` shows it. */
  message: string;
  log: string;
  /** The JSON of the last line on stdout. */
  result: Record<string, unknown>;
}

/** `kubectl create job --from=cronjob/RELEASE`: the way a person runs a command by hand. */
export async function startJob(bed: Testbed, namespace: string, release: string): Promise<string> {
  const name = `${release}-by-hand-${Math.random().toString(36).slice(2, 8)}`;
  await bed.kubectl(['-n', namespace, 'create', 'job', name, `--from=cronjob/${release}`]);
  return name;
}

export async function runJob(
  bed: Testbed,
  namespace: string,
  release: string,
  command = 'create',
): Promise<Ending> {
  return ending(bed, namespace, await startJob(bed, namespace, release), command);
}

/** Waits until the job's container has ended. */
export async function ending(
  bed: Testbed,
  namespace: string,
  job: string,
  command = 'create',
): Promise<Ending> {
  const isOver = ({ state }: ContainerStatus) => state.terminated !== undefined;
  const { pod, state } = await container(bed, namespace, job, isOver, command);
  const log = await bed.kubectl(['-n', namespace, 'logs', pod, '-c', command]);
  const { exitCode, message = '' } = state.terminated!;
  const result = log.split('\n').findLast((line) => line.startsWith('{') && !line.startsWith('{"level"'));
  return { pod, exitCode, message, log, result: JSON.parse(result ?? '{}') as Record<string, unknown> };
}

/** The pod of the job, once its container is as `isWanted` says. */
export function container(
  bed: Testbed,
  namespace: string,
  job: string,
  isWanted: (status: ContainerStatus) => boolean,
  command = 'create',
) {
  return until(`the container of job ${job}`, 150, async () => {
    const pods = await getJson<PodList>(bed, [
      '-n',
      namespace,
      'get',
      'pods',
      '-l',
      `batch.kubernetes.io/job-name=${job}`,
    ]);
    for (const { metadata, status } of pods.items) {
      const found = status.containerStatuses?.find(({ name }) => name === command);
      if (found && isWanted(found)) return { pod: metadata.name, state: found.state };
    }
    return undefined;
  });
}
