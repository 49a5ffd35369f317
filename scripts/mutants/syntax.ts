import { parseAst } from 'vitest/node';

/** A node of the ESTree that vitest's own parser makes of TypeScript. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Throws when it is no TypeScript. */
export function parse(source: string): SyntaxNode {
  return parseAst(source, { lang: 'ts' }) as unknown as SyntaxNode;
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Every node, from the outside to the inside, in the order of the text; types are left out, as they do nothing. */
export function* nodesOf(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child) && !isType(child)) yield* nodesOf(child);
    }
  }
}

const expressionsWithType = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

function isType({ type }: SyntaxNode): boolean {
  return type.startsWith('TS') && !expressionsWithType.has(type);
}

export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  const child = node[field];
  return isNode(child) ? child : undefined;
}

export function childrenOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  const children = node[field];
  return Array.isArray(children) ? children.filter(isNode) : [];
}

/** `release` of `lock.release()`, and of `release()`. */
export function calleeName(call: SyntaxNode): string | undefined {
  const callee = childOf(call, 'callee');
  const name = callee && (childOf(callee, 'property') ?? callee);
  return typeof name?.name === 'string' ? name.name : undefined;
}
