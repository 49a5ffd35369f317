import { duration } from '../../settings/formats.ts';
import { execResource, labelName, type ExecResource } from '../../settings/kubernetes-formats.ts';
import { nearest } from '../../settings/nearest.ts';
import type { Format } from '../../settings/setting.ts';

/** Commands of the user's own around a backup: `before` brings the app to rest, `after` wakes it up again. */
export interface Hook {
  readonly name: string;
  readonly resource: ExecResource;
  readonly container: string;
  /** Program and arguments, as they are: no shell reads them. */
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[] | undefined;
  /** Of each of the two. */
  readonly timeoutMilliseconds: number;
  /** Whether the backup goes on when one of them fails. */
  readonly onError: 'fail' | 'continue';
}

const fields = ['name', 'exec', 'container', 'before', 'after', 'timeout', 'onError'];
const example =
  '[{"name":"rest","exec":"deployment/app","container":"app","before":["app","pause"],"after":["app","resume"]}]';

/** A JSON list; every problem of every hook is named. */
export const hookList: Format<readonly Hook[]> = {
  usage: '<json>',
  parse(text) {
    const items = jsonList(text);
    if (!items) return { expected: `a JSON list of hooks such as ${example}` };
    const problems: string[] = [];
    const hooks = items.map((item, index) =>
      readHook(item, index + 1, (problem) => problems.push(`hook ${index + 1} ${problem}`)),
    );
    const names = hooks.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) problems.push(`two hooks have the name '${twice}'`);
    return problems.length > 0
      ? { expected: `a JSON list of hooks such as ${example}; ${problems.join('; ')}` }
      : { value: hooks };
  },
  /** A command may hold a password. */
  shown(text) {
    const parsed = this.parse(text);
    return 'value' in parsed ? JSON.stringify(parsed.value.map(({ name }) => name)) : '***';
  },
};

function jsonList(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readHook(item: unknown, place: number, complain: (problem: string) => void): Hook {
  if (!isRecord(item)) complain('is no object');
  const given = isRecord(item) ? item : {};
  for (const field of Object.keys(given).filter((name) => !fields.includes(name))) {
    complain(`has the unknown field '${field}', did you mean ${nearest(field, fields)}?`);
  }
  const read = <Value>(field: string, format: Format<Value>, fallback?: string): Value | undefined => {
    const text = given[field] ?? fallback;
    const parsed = typeof text === 'string' ? format.parse(text) : { expected: format.usage };
    if ('value' in parsed) return parsed.value;
    complain(text === undefined ? `has no '${field}'` : `has a '${field}' that is not ${parsed.expected}`);
    return undefined;
  };
  const [before, after] = (['before', 'after'] as const).map((field) =>
    readCommand(field, given[field], complain),
  );
  if (!before && !after && isRecord(item)) complain(`has neither 'before' nor 'after'`);
  return {
    name: read('name', labelName('a hook'), `hook-${place}`) ?? '',
    resource: read('exec', execResource) ?? { kind: 'pod', name: '' },
    container: read('container', labelName('a container')) ?? '',
    before,
    after,
    timeoutMilliseconds: read('timeout', duration, '60s') ?? 0,
    onError: read('onError', onError, 'fail') ?? 'fail',
  };
}

const onError: Format<'fail' | 'continue'> = {
  usage: '<fail|continue>',
  parse: (text) =>
    text === 'fail' || text === 'continue' ? { value: text } : { expected: 'fail or continue' },
};

function readCommand(
  field: 'before' | 'after',
  value: unknown,
  complain: (problem: string) => void,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const isCommand =
    Array.isArray(value) &&
    value.length > 0 &&
    value[0] !== '' &&
    value.every((word) => typeof word === 'string' && !word.includes('\0'));
  if (isCommand) return value as readonly string[];
  complain(`has a '${field}' that is not a list of the program and its arguments`);
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
