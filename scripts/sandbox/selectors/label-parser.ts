import { type LabelOperator, type LabelRequirement, invalid, labelRequirement } from './label-requirement.ts';
import { labelKeyProblems } from './label-syntax.ts';
import { SelectorError } from './selector-error.ts';

/** Requirements in the order of the text. @throws {SelectorError} with the words of `labels.Parse`. */
export function parseLabelRequirements(text: string): LabelRequirement[] {
  const tokens = new Tokens(text);
  const requirements: LabelRequirement[] = [];
  if (tokens.peek() === end) return requirements;
  if (!tokens.startsRequirement())
    throw new SelectorError(`found '${tokens.peek()}', expected: !, identifier, or 'end of string'`);
  for (;;) {
    requirements.push(parseRequirement(tokens));
    const separator = tokens.take();
    if (separator === end) return requirements;
    if (separator !== ',') throw new SelectorError(`found '${separator}', expected: ',' or 'end of string'`);
    if (!tokens.startsRequirement())
      throw new SelectorError(`found '${tokens.peek()}', expected: identifier after ','`);
  }
}

/** What stands behind the last token; no token is empty. */
const end = '';
const symbols = /==|!=|[=!(),<>]/;
const anyToken = /==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+/g;

class Tokens {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = text.match(anyToken) ?? [];
  }

  peek(): string {
    return this.#tokens[this.#position] ?? end;
  }

  take(): string {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  /** `in` and `notin` may be keys and values, too. */
  atIdentifier(): boolean {
    return this.peek() !== end && !symbols.test(this.peek());
  }

  startsRequirement(): boolean {
    return this.atIdentifier() || this.peek() === '!';
  }
}

const operators: Readonly<Record<string, LabelOperator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

function parseRequirement(tokens: Tokens): LabelRequirement {
  try {
    const isNegated = tokens.peek() === '!';
    if (isNegated) tokens.take();
    const key = parseKey(tokens);
    if (isNegated) return labelRequirement(key, '!', []);
    if (atEndOfRequirement(tokens)) return labelRequirement(key, 'exists', []);
    const operator = parseOperator(tokens);
    const values =
      operator === 'in' || operator === 'notin' ? parseValues(tokens) : [parseExactValue(tokens)];
    return labelRequirement(key, operator, values);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new SelectorError(`unable to parse requirement: ${error.message}`);
  }
}

function atEndOfRequirement(tokens: Tokens): boolean {
  return tokens.peek() === end || tokens.peek() === ',';
}

function parseKey(tokens: Tokens): string {
  if (!tokens.atIdentifier()) throw new SelectorError(`found '${tokens.peek()}', expected: identifier`);
  const key = tokens.take();
  // `<nil>` is how Go prints the path that is missing here.
  const [problem] = invalid('<nil>', key, labelKeyProblems(key));
  if (problem !== undefined) throw new SelectorError(problem);
  return key;
}

function parseOperator(tokens: Tokens): LabelOperator {
  const token = tokens.take();
  const operator = Object.hasOwn(operators, token) ? operators[token] : undefined;
  if (operator === undefined)
    throw new SelectorError(`found '${token}', expected: in, notin, =, ==, !=, gt, lt`);
  return operator;
}

function parseExactValue(tokens: Tokens): string {
  if (atEndOfRequirement(tokens)) return '';
  if (!tokens.atIdentifier()) throw new SelectorError(`found '${tokens.peek()}', expected: identifier`);
  return tokens.take();
}

/** `(x,,y)`; nothing before, between or behind the commas is the empty value. Sorted, each value once. */
function parseValues(tokens: Tokens): string[] {
  if (tokens.peek() !== '(') throw new SelectorError(`found '${tokens.peek()}' expected: '('`);
  tokens.take();
  if (!tokens.atIdentifier() && tokens.peek() !== ',' && tokens.peek() !== ')')
    throw new SelectorError(`found '${tokens.peek()}', expected: ',', ')' or identifier`);
  const values = new Set<string>();
  for (;;) {
    if (tokens.atIdentifier()) {
      values.add(tokens.take());
      if (tokens.peek() !== ',' && tokens.peek() !== ')')
        throw new SelectorError(`found '${tokens.peek()}', expected: ',' or ')'`);
    } else if (tokens.peek() === ',' || tokens.peek() === ')') values.add('');
    else throw new SelectorError(`found '${tokens.peek()}', expected: ',', or identifier`);
    if (tokens.take() === ')') return [...values].sort();
  }
}
