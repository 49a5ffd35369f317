import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../src/kube/object.ts';

interface Node {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly oneOf?: readonly Node[];
}

/** See scripts/chart/api-schemas.ts. */
export const api = JSON.parse(readFileSync(join(import.meta.dirname, 'api-schemas.json'), 'utf8')) as {
  readonly version: string;
  readonly byKind: Readonly<Record<string, string>>;
  readonly schemas: Readonly<Record<string, Node>>;
};

/** What an API server would say with `--validate=strict`: unknown fields, missing ones, and those of another type. */
export function apiProblems(object: KubeObject): string[] {
  const what = `${object.apiVersion} ${object.kind}`;
  const name = api.byKind[what];
  return name === undefined ? [`${what} is of no known kind`] : problemsOf(object, { $ref: name }, what);
}

function problemsOf(value: unknown, node: Node, path: string): string[] {
  if (node.$ref !== undefined) return problemsOf(value, api.schemas[node.$ref] ?? {}, path);
  if (node.oneOf) {
    const each = node.oneOf.map((one) => problemsOf(value, one, path));
    return each.some((problems) => problems.length === 0) ? [] : each.flat();
  }
  if (node.type !== undefined && typeOf(value, node.type) !== node.type)
    return [`${path} is ${JSON.stringify(value)}, not of type ${node.type}`];
  if (Array.isArray(value))
    return value.flatMap((item, index) => problemsOf(item, node.items ?? {}, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  const missing = (node.required ?? []).filter((name) => !(name in value));
  const { properties, additionalProperties } = node;
  const inner = Object.entries(value).flatMap(([name, part]) => {
    const known = properties?.[name] ?? additionalProperties;
    // Of an object without known fields, such as a list of managed fields, anything may be.
    if (known) return problemsOf(part, known, `${path}.${name}`);
    return properties ? [`${path}.${name} is not a field`] : [];
  });
  return [...missing.map((name) => `${path}.${name} is missing`), ...inner];
}

function typeOf(value: unknown, wanted: string): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (wanted === 'integer' && Number.isInteger(value)) return 'integer';
  return typeof value;
}
