import { readFileSync } from 'node:fs';
import { Agent } from 'undici';
import { loadClusterAccess } from '../../../src/kube/config.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { collectionPath } from '../../../src/kube/path.ts';
import { namespaces, persistentVolumeClaims, volumeSnapshots } from '../../../src/kube/resources.ts';
import { concurrently } from '../concurrently.ts';

// A client that does nothing but send the requests of `retain`: the same lists, and a patch of the labels of each snapshot
// that FILE names: {"namespace/name": {"label": "value or null"}}. On stderr it says how long the requests took.

const [kubeconfig = '', file = ''] = process.argv.slice(2);
const changes = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string | null>>;
const access = loadClusterAccess({ kubeconfig });
const { headers, tls } = await access.credentials();
const { origin } = access.server;
const agent = new Agent({ connect: tls, connections: 4, allowH2: false });

const start = performance.now();
const selector = 'backup-ns.sh/retain=daily_weekly_monthly';
const versions = new Map<string, string>();
for await (const { metadata } of list(collectionPath(volumeSnapshots), selector)) {
  versions.set(`${metadata.namespace}/${metadata.name}`, metadata.resourceVersion ?? '');
}
for (const resource of [namespaces, persistentVolumeClaims]) {
  for await (const _ of list(collectionPath(resource)));
}
await concurrently(Object.entries(changes), patch, 4);
process.stderr.write(String((performance.now() - start) / 1000));
await agent.close();

async function* list(path: string, labelSelector?: string): AsyncGenerator<KubeObject> {
  let token: string | undefined;
  do {
    const query = {
      limit: '500',
      ...(labelSelector && { labelSelector }),
      ...(token && { continue: token }),
    };
    const { body } = await agent.request({ origin, method: 'GET', path, query, headers });
    const page = (await body.json()) as { metadata: { continue?: string }; items: KubeObject[] };
    yield* page.items;
    token = page.metadata.continue;
  } while (token);
}

async function patch([key, labels]: [string, Record<string, string | null>]): Promise<void> {
  const [namespace = '', name = ''] = key.split('/');
  const path = `${collectionPath(volumeSnapshots, namespace)}/${name}`;
  const body = JSON.stringify({ metadata: { resourceVersion: versions.get(key), labels } });
  const contentType = { 'content-type': 'application/merge-patch+json' };
  const answer = await agent.request({
    origin,
    method: 'PATCH',
    path,
    body,
    headers: { ...headers, ...contentType },
  });
  if (answer.statusCode !== 200) throw new Error(`${key}: ${answer.statusCode} ${await answer.body.text()}`);
  await answer.body.json();
}
