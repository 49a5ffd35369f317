import { isRecord } from '../../../src/kube/object.ts';
import { sendJson, type Call } from './call.ts';
import { timestamp } from '../objects/lifecycle.ts';
import { parseJson } from './request-body.ts';

const hourMs = 60 * 60_000;

/** `serviceaccounts/NAME/token`: what `kubectl create token` asks for. It lasts as long as the sandbox. */
export function issueToken({ api, info, definition, body, answer }: Call): void {
  const { namespace = '', name = '' } = info;
  api.objects.get(definition, namespace, name);
  const request = parseJson(body);
  const token = api.tokens.issueForServiceAccount(namespace, name);
  const expirationTimestamp = timestamp(new Date(api.clock.now().getTime() + hourMs));
  const review = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    ...(isRecord(request) ? request : {}),
  };
  sendJson(answer, 201, JSON.stringify({ ...review, status: { token, expirationTimestamp } }));
}
