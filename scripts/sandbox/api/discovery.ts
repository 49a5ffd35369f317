import { apiVersionOf, type Definition } from '../objects/definition.ts';
import { reviews } from '../access/reviews.ts';

/** What `/api`, `/apis` and the like say of the served resources; undefined for another path. */
export function discover(path: string, definitions: readonly Definition[]): object | undefined {
  const groups = Map.groupBy(definitions, ({ group }) => group);
  for (const { group } of Object.values(reviews)) groups.set(group, []);
  if (path === '/version') return version;
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') {
    const named = [...groups].filter(([group]) => group !== '');
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: named.map(([group, served]) => groupOf(group, served)),
    };
  }
  const [, root, group = '', ofVersion] = /^\/(api|apis\/([^/]+))\/([^/]+)$/.exec(path) ?? [];
  if (root !== undefined) {
    const served = groups.get(group)?.filter(({ version: served }) => served === ofVersion);
    return served && resourceList(group, ofVersion ?? '', served);
  }
  const [, onlyGroup] = /^\/apis\/([^/]+)$/.exec(path) ?? [];
  const served = onlyGroup === undefined ? undefined : groups.get(onlyGroup);
  return served && { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(onlyGroup ?? '', served) };
}

const version = { major: '1', minor: '36', gitVersion: 'v1.36.0-sandbox', platform: 'sandbox' };

function groupOf(name: string, definitions: readonly Definition[]): object {
  const all = new Set(
    definitions.length === 0 ? ['v1'] : definitions.map((definition) => definition.version),
  );
  const versions = [...all].map((served) => ({ groupVersion: `${name}/${served}`, version: served }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(group: string, ofVersion: string, definitions: readonly Definition[]): object {
  const virtual = Object.entries(reviews).filter(([, review]) => review.group === group);
  const resources = [
    ...definitions.flatMap(resourcesOf),
    ...virtual.map(([name, { kind }]) => ({
      name,
      singularName: '',
      namespaced: false,
      kind,
      verbs: ['create'],
    })),
  ];
  const groupVersion = apiVersionOf({ group, version: ofVersion });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

/** What `kubectl get all` means. */
const inAll = new Set(['Pod', 'Service', 'Deployment', 'ReplicaSet', 'StatefulSet', 'CronJob', 'Job']);

function resourcesOf(definition: Definition): object[] {
  const { plural, kind, isNamespaced: namespaced, shortNames, hasStatus, group } = definition;
  const sub = (name: string, ofKind: string, verbs: string[]) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    kind: ofKind,
    verbs,
  });
  const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
  return [
    {
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced,
      kind,
      verbs,
      shortNames,
      ...(inAll.has(kind) && { categories: ['all'] }),
    },
    ...(hasStatus ? [sub('status', kind, ['get', 'patch', 'update'])] : []),
    ...(group === '' && plural === 'pods'
      ? [sub('exec', 'PodExecOptions', ['create', 'get']), sub('log', 'Pod', ['get'])]
      : []),
    ...(plural === 'serviceaccounts' ? [sub('token', 'TokenRequest', ['create'])] : []),
  ];
}
