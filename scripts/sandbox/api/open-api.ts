import { apiVersionOf, type Definition } from '../objects/definition.ts';

/**
 * `/openapi/v3` and the document of one group: just enough for kubectl to learn that the server checks fields itself,
 * which is the only question it asks before it sends an object. Undefined for another path.
 */
export function openApi(path: string, definitions: readonly Definition[]): object | undefined {
  if (path !== '/openapi/v3' && !path.startsWith('/openapi/v3/')) return undefined;
  const byRoot = Map.groupBy(definitions, rootOf);
  if (path === '/openapi/v3') {
    const roots = [...byRoot.keys()];
    return {
      paths: Object.fromEntries(roots.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }])),
    };
  }
  const served = byRoot.get(path.slice('/openapi/v3/'.length));
  return (
    served && {
      openapi: '3.0.0',
      info: { title: 'Sandbox', version: 'v1' },
      paths: Object.fromEntries(served.map(pathOf)),
    }
  );
}

function rootOf(definition: Definition): string {
  return `${definition.group === '' ? 'api' : 'apis'}/${apiVersionOf(definition)}`;
}

function pathOf(definition: Definition): [string, object] {
  const { group, version, kind, plural, isNamespaced } = definition;
  const scope = isNamespaced ? 'namespaces/{namespace}/' : '';
  const parameters = [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }];
  const patch = { parameters, responses: {}, 'x-kubernetes-group-version-kind': { group, version, kind } };
  return [`/${rootOf(definition)}/${scope}${plural}/{name}`, { patch }];
}
