import { WebSocketServer } from 'ws';
import { badRequest, ApiError } from '../objects/api-error.ts';
import { attributesOf, requireAllowed, type Api } from './call.ts';
import type { Upgrade } from './server.ts';
import { pods } from '../objects/kinds.ts';
import { containerOf, type Kubelet } from '../pods/kubelet.ts';
import type { Pod } from '../pods/pod.ts';
import { chooseProtocol } from '../pods/protocols.ts';

/** Answers the upgrades of `pods/NAME/exec`. Throws ApiError for what is refused. */
export function execServer(api: Api, kubelet: Kubelet, protocols: readonly string[]) {
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => chooseProtocol(offered, protocols),
  });

  return async ({ info, user, request, socket, head }: Upgrade): Promise<void> => {
    if (info.resource !== 'pods' || info.subresource !== 'exec') {
      throw new ApiError(404, 'NotFound', 'the server could not find the requested resource');
    }
    // A WebSocket begins with a GET, and what it does is a creation: both must be allowed.
    for (const verb of ['get', 'create']) {
      requireAllowed(api, { ...attributesOf(info, user), verb });
    }
    const pod = api.objects.get(pods, info.namespace, info.name ?? '') as Pod;
    const container = containerOf(pod, info.query.get('container') ?? undefined);
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') {
      throw badRequest(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    }
    if (pod.spec.nodeName === undefined) throw badRequest(`pod ${info.name} does not have a host assigned`);
    if (!kubelet.isRunning(pod))
      throw new ApiError(
        500,
        'InternalError',
        `unable to upgrade connection: container not found ("${container.name}")`,
      );
    await new Promise<void>((resolve) => {
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        kubelet.exec(webSocket, pod, container, info.query);
        resolve();
      });
    });
  };
}
