import type { Context } from '../../context.ts';
import { choiceArguments } from '../choose-databases.ts';
import { named } from '../database.ts';
import { podSettings, type DatabaseServer } from '../engine.ts';
import { ProblemsError } from '../../core/errors.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { findPod } from '../../pods/find-pod.ts';
import type { Container } from '../../pods/pod.ts';

/** One database server that somebody does something with, and the container that it runs in. */
export interface Target {
  readonly namespace: string;
  readonly server: DatabaseServer;
  readonly container: Container;
}

/** Which server is meant; the namespace is that of the kubeconfig or pod when left out. */
export interface ServerRequest {
  readonly namespace: string | undefined;
  /** Whose settings these are, where somebody has chosen it. */
  readonly cronJob?: string | undefined;
  readonly server: DatabaseServer;
}

/** Finds the pod, which is the same one from then on. Throws UserError 'preflight'. */
export async function findTarget(request: ServerRequest, context: Context): Promise<Target> {
  const { server, namespace = context.kube.namespace } = request;
  const { execResource: resource, container } = server;
  const pod = await explainFailure('preflight', 'Looking for the pod of the database', () =>
    findPod({ namespace, resource, container, settings: podSettings(server) }, context),
  );
  if ('problems' in pod) throw new ProblemsError('preflight', pod.problems);
  return { namespace, server, container: { namespace, pod: pod.found.metadata.name ?? '', container } };
}

/** The arguments of a script for the database, or databases, of this server. */
export function scriptArguments({ connection, choice }: DatabaseServer): string[] {
  return [...connection.args, ...choiceArguments(choice)];
}

/** How a sentence names it. */
export function placeOf({ container }: Pick<Target, 'container'>): string {
  return named(container);
}
