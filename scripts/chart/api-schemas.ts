import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.ts';
import { wordsGiven } from '../options.ts';

/**
 * Writes test/charts/api-schemas.json: what the API server knows of the kinds that the chart has, out of the sources of Kubernetes
 * that the test cluster is built from. By it what helm renders is checked without a cluster.
 */
const usage = `Usage: node scripts/chart/api-schemas.ts

Needs Go, and the sources that the test cluster is built from (npm run cluster -- up fetches them). Run it when
scripts/cluster/go/kubernetes/go.mod has another version of Kubernetes.`;

const kinds: Readonly<Record<string, readonly string[]>> = {
  api__v1: ['Pod', 'ServiceAccount'],
  apis__batch__v1: ['CronJob'],
  'apis__rbac.authorization.k8s.io__v1': ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  'apis__networking.k8s.io__v1': ['NetworkPolicy'],
};

type Node = Readonly<Record<string, unknown>>;

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The schemas of some kinds and all that they refer to, by their names, without words and defaults. */
function schemasOf(document: { components: { schemas: Record<string, Node> } }, wanted: readonly string[]) {
  const { schemas } = document.components;
  const found: Record<string, unknown> = {};
  const byKind: Record<string, string> = {};
  const add = (name: string): void => {
    if (name in found) return;
    // Before its parts, as a schema may have itself in it.
    found[name] = {};
    found[name] = slim(schemas[name]);
  };
  const slim = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(slim);
    if (typeof node !== 'object' || node === null) return node;
    const { $ref, allOf } = node as { $ref?: string; allOf?: unknown[] };
    if (allOf) return slim(allOf[0]);
    if ($ref !== undefined) {
      const name = $ref.slice($ref.lastIndexOf('/') + 1);
      add(name);
      return { $ref: name };
    }
    const kept = Object.entries(node).filter(([key, value]) => {
      const isWords = key === 'description' && typeof value === 'string';
      return !isWords && key !== 'default' && !key.startsWith('x-');
    });
    return Object.fromEntries(kept.map(([key, value]) => [key, slim(value)]));
  };
  for (const [name, schema] of Object.entries(schemas)) {
    for (const { group, version, kind } of (schema['x-kubernetes-group-version-kind'] as
      | Kind[]
      | undefined) ?? []) {
      if (!wanted.includes(kind)) continue;
      byKind[`${group === '' ? '' : `${group}/`}${version} ${kind}`] = name;
      add(name);
    }
  }
  return { byKind, schemas: found };
}

async function write(): Promise<void> {
  const cwd = join(import.meta.dirname, '..', 'cluster', 'go', 'kubernetes');
  const env = { GOFLAGS: '-mod=readonly', GOWORK: 'off' };
  const listed = await run('go', ['list', '-m', '-json', 'k8s.io/kubernetes'], { cwd, env });
  const { Dir, Version } = JSON.parse(listed) as { Dir: string; Version: string };
  const parts = Object.entries(kinds).map(([file, wanted]) => {
    const path = join(Dir, 'api', 'openapi-spec', 'v3', `${file}_openapi.json`);
    return schemasOf(JSON.parse(readFileSync(path, 'utf8')) as Parameters<typeof schemasOf>[0], wanted);
  });
  const all = {
    version: Version,
    byKind: Object.assign({}, ...parts.map(({ byKind }) => byKind)) as object,
    schemas: Object.assign({}, ...parts.map(({ schemas }) => schemas)) as object,
  };
  const path = join(import.meta.dirname, '..', '..', 'test', 'charts', 'api-schemas.json');
  writeFileSync(path, `${JSON.stringify(all)}\n`);
}

wordsGiven(usage, { options: {} });
await write();
