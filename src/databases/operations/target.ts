import type { Context } from '../../context.ts';
import { choiceArguments } from '../choose-databases.ts';
import { named } from '../database.ts';
import type { HandTools } from '../hand-tools.ts';
import { ProblemsError } from '../../core/errors.ts';
import { during } from '../../kube/during.ts';
import { findPod } from '../../pods/find-pod.ts';
import type { DatabaseChoice } from '../database-choice.ts';
import type { ExecResource } from '../../settings/kubernetes-formats.ts';
import type { Container } from '../../pods/pod.ts';

/** Where a database is, by the settings. */
export interface Place {
  /** That of the kubeconfig or pod when left out. */
  readonly namespace: string | undefined;
  readonly execResource: ExecResource;
  readonly container: string;
}

/** One database server that a person does something with. */
export interface Target {
  readonly namespace: string;
  readonly tools: HandTools;
  readonly container: Container;
}

/** Finds the pod, which is the same one from then on. Throws UserError 'preflight'. */
export async function findTarget(place: Place, tools: HandTools, context: Context): Promise<Target> {
  const namespace = place.namespace ?? context.kube.namespace;
  const { execResource: resource, container } = place;
  const settings = {
    resource: `${tools.prefix}_EXEC_RESOURCE`,
    container: `${tools.prefix}_EXEC_CONTAINER`,
  };
  const pod = await during('preflight', 'Looking for the pod of the database', () =>
    findPod({ namespace, resource, container, settings }, context),
  );
  if ('problems' in pod) throw new ProblemsError('preflight', pod.problems);
  return { namespace, tools, container: { namespace, pod: pod.found.metadata.name ?? '', container } };
}

/** The arguments of a script for this database. */
export function scriptArguments({ tools }: Target, choice: DatabaseChoice): string[] {
  return [...tools.connection.args, ...choiceArguments(choice)];
}

/** How a sentence names it. */
export function placeOf({ container }: Target): string {
  return named(container);
}
