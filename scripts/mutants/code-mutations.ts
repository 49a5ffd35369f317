import type { Change } from './mutant.ts';
import { calleeName, childOf, childrenOf, nodesOf, type SyntaxNode } from './syntax.ts';

/** What one kind of mutation makes of one node. */
type Mutation = (node: SyntaxNode, textOf: (node: SyntaxNode) => string) => readonly Change[];

/** All changes of the code; strings are left as they are. */
export function codeChanges(program: SyntaxNode, source: string): readonly Change[] {
  const textOf = ({ start, end }: SyntaxNode) => source.slice(start, end);
  return [...nodesOf(program)].flatMap((node) => mutations.flatMap((mutation) => mutation(node, textOf)));
}

function instead({ start, end }: SyntaxNode, kind: string, text: string): readonly [Change] {
  return [{ kind, start, end, text }];
}

const conditional = new Set([
  'IfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'ForStatement',
  'ConditionalExpression',
]);

const negateCondition: Mutation = (node, textOf) => {
  const test = conditional.has(node.type) ? childOf(node, 'test') : undefined;
  if (!test) return [];
  // The other way round already.
  if (test.type === 'BinaryExpression' && ['===', '!=='].includes(String(test.operator))) return [];
  const argument =
    test.type === 'UnaryExpression' && test.operator === '!' ? childOf(test, 'argument') : undefined;
  return instead(test, 'condition', argument ? textOf(argument) : `!(${textOf(test)})`);
};

/** The text of a node with another operator, and whatever brackets there are. */
function withOperator(node: SyntaxNode, text: string, operator: string): string | undefined {
  const [left, right] = [childOf(node, 'left'), childOf(node, 'right')];
  if (!left || !right) return undefined;
  const [from, to] = [left.end - node.start, right.start - node.start];
  const between = text.slice(from, to).replace(String(node.operator), () => operator);
  return text.slice(0, from) + between + text.slice(to);
}

const swapAndOr: Mutation = (node, textOf) => {
  if (node.type !== 'LogicalExpression' || node.operator === '??') return [];
  const text = withOperator(node, textOf(node), node.operator === '&&' ? '||' : '&&');
  return text === undefined ? [] : instead(node, 'and-or', `(${text})`);
};

/** What the server has stored has these; only the type says that they may be missing. */
const alwaysThere = /\bmetadata\??\.(?:name|namespace|uid|resourceVersion|creationTimestamp)$/;

const dropFallback: Mutation = (node, textOf) => {
  const left = childOf(node, 'left');
  if (node.type !== 'LogicalExpression' || node.operator !== '??' || !left) return [];
  // `names.includes(codeOf(error) ?? '')`: no list has undefined in it either.
  const isForType = alwaysThere.test(textOf(left)) || textOf(left) === 'codeOf(error)';
  return isForType ? [] : instead(node, 'fallback', `(${textOf(left)})`);
};

const comparisons: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
};

const shiftComparison: Mutation = (node, textOf) => {
  const operator = node.type === 'BinaryExpression' ? comparisons[String(node.operator)] : undefined;
  const text = operator === undefined ? undefined : withOperator(node, textOf(node), operator);
  return text === undefined ? [] : instead(node, 'comparison', text);
};

const exits = new Set(['ReturnStatement', 'ThrowStatement', 'ContinueStatement', 'BreakStatement']);

function isExit(statement: SyntaxNode): boolean {
  const last = statement.type === 'BlockStatement' ? childrenOf(statement, 'body').at(-1) : statement;
  return last !== undefined && exits.has(last.type);
}

const dropGuard: Mutation = (node) => {
  const consequent = childOf(node, 'consequent');
  if (node.type !== 'IfStatement' || childOf(node, 'alternate') || !consequent) return [];
  return isExit(consequent) ? instead(node, 'guard', ';') : [];
};

/** Only where nothing is made of the value: everything else fails at once. */
const dropAwait: Mutation = (node, textOf) => {
  const isStatement = node.type === 'ExpressionStatement';
  const expression = childOf(node, isStatement ? 'expression' : 'argument');
  if (expression?.type !== 'AwaitExpression' || !(isStatement || node.type === 'ReturnStatement')) return [];
  const argument = childOf(expression, 'argument');
  if (!argument) return [];
  return instead(expression, 'await', isStatement ? `void ${textOf(argument)}` : textOf(argument));
};

const preconditions = new Set(['resourceVersion', 'uid', 'preconditions']);

const dropPrecondition: Mutation = (node, textOf) => {
  if (node.type !== 'ObjectExpression') return [];
  const properties = childrenOf(node, 'properties');
  const ofPrecondition = (property: SyntaxNode) => preconditions.has(String(childOf(property, 'key')?.name));
  return properties.filter(ofPrecondition).flatMap((dropped) => {
    const rest = properties.filter((property) => property !== dropped);
    return instead(node, 'precondition', `{ ${rest.map(textOf).join(', ')} }`);
  });
};

/** Whatever is done for its effect: an abort, a cleanup, a write, a check that throws. What is logged is not missed. */
const dropStatement: Mutation = (node, textOf) => {
  let expression = node.type === 'ExpressionStatement' ? childOf(node, 'expression') : undefined;
  while (expression?.type === 'AwaitExpression' || expression?.type === 'UnaryExpression')
    expression = childOf(expression, 'argument');
  const isCall =
    expression?.type === 'CallExpression' &&
    !/^(?:context\.|this\.#context\.)?log\./.test(textOf(expression));
  return isCall || expression?.type === 'AssignmentExpression' ? instead(node, 'statement', ';') : [];
};

const dropDisposal: Mutation = (node) => {
  const { kind, start } = node;
  if (node.type !== 'VariableDeclaration' || (kind !== 'using' && kind !== 'await using')) return [];
  return [{ kind: 'disposal', start, end: start + kind.length, text: 'const' }];
};

const ordered = /\b(?:rename|link|chmod|rm|rmdir|unlink|f?(?:data)?sync|close|mkdir|writeFile)(?:Sync)?\(/;

const swapOrder: Mutation = (node, textOf) => {
  const statements = childrenOf(node, 'body');
  return statements.flatMap((first, index) => {
    const second = statements[index + 1];
    if (first.type !== 'ExpressionStatement' || second?.type !== 'ExpressionStatement') return [];
    if (!ordered.test(textOf(first)) && !ordered.test(textOf(second))) return [];
    const text = `${textOf(second)} ${textOf(first)}`;
    return [{ kind: 'order', start: first.start, end: second.end, text }];
  });
};

const flipBoolean: Mutation = (node) =>
  node.type === 'Literal' && typeof node.value === 'boolean'
    ? instead(node, 'boolean', String(!node.value))
    : [];

const otherMethod = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
]);

const otherCall: Mutation = (node) => {
  const callee = node.type === 'CallExpression' ? childOf(node, 'callee') : undefined;
  const name = callee && childOf(callee, 'property');
  const other = otherMethod.get(String(name?.name));
  return name && other !== undefined ? instead(name, 'method', other) : [];
};

const transparent = new Set(['filter', 'catch']);

/** All are let through; what is thrown is not caught. */
const dropCall: Mutation = (node, textOf) => {
  const object =
    node.type === 'CallExpression' ? childOf(childOf(node, 'callee') ?? node, 'object') : undefined;
  if (!object || !transparent.has(calleeName(node) ?? '')) return [];
  return instead(node, 'call', textOf(object));
};

const mutations: readonly Mutation[] = [
  negateCondition,
  swapAndOr,
  dropFallback,
  shiftComparison,
  dropGuard,
  dropAwait,
  dropPrecondition,
  dropStatement,
  dropDisposal,
  swapOrder,
  flipBoolean,
  otherCall,
  dropCall,
];
