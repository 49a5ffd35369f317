import { ApiError } from '../objects/api-error.ts';
import { sendJson, type Call } from './call.ts';

const methods: Readonly<Record<string, string>> = {
  get: 'GET',
  create: 'POST',
  update: 'PUT',
  delete: 'DELETE',
};

/** `services/[http:]NAME:PORT/proxy/PATH`: the API server speaks to the service in the client's place. */
export function proxyToService({ api, info, answer, body }: Call): void {
  const service = (info.name ?? '').replace(/^https?:/, '').replace(/:$/, '');
  const serve = api.services.get(`${info.namespace}/${service}`);
  if (!serve)
    throw new ApiError(503, 'ServiceUnavailable', `no endpoints available for service "${service}"`, {});
  const [, path = ''] = info.path.split('/proxy');
  const method = methods[info.verb] ?? 'GET';
  const { status, body: answered } = serve({ method, path: path || '/', query: info.query, body });
  sendJson(answer, status, JSON.stringify(answered));
}
