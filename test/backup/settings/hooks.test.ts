import { describe, expect, it } from 'vitest';
import { hookList } from '../../../src/backup/settings/hooks.ts';

const hook = { exec: 'deployment/app', container: 'app', before: ['app', 'pause'] };

function problemsOf(...hooks: unknown[]): string | undefined {
  const parsed = hookList.parse(JSON.stringify(hooks));
  return 'expected' in parsed
    ? parsed.expected.replace(/^a JSON list of hooks such as \S+; /, '')
    : undefined;
}

describe('a list of hooks', () => {
  it('is read with what is usual where nothing is said', () => {
    expect(hookList.parse(JSON.stringify([hook, { ...hook, onError: 'continue', timeout: '5s' }]))).toEqual({
      value: [
        {
          name: 'hook-1',
          resource: { kind: 'deployment', name: 'app' },
          container: 'app',
          before: ['app', 'pause'],
          after: undefined,
          timeoutMilliseconds: 60_000,
          onError: 'fail',
        },
        expect.objectContaining({ name: 'hook-2', onError: 'continue', timeoutMilliseconds: 5000 }),
      ],
    });
  });

  it.each(['', '{}', '"x"', 'null', '[', 'before'])('is not %j', (text) => {
    expect(hookList.parse(text)).toEqual({ expected: expect.stringMatching(/^a JSON list .*\]$/) as string });
  });

  it.each<[unknown, string]>([
    [1, "hook 1 is no object; hook 1 has no 'exec'; hook 1 has no 'container'"],
    [null, "hook 1 is no object; hook 1 has no 'exec'; hook 1 has no 'container'"],
    [[], "hook 1 is no object; hook 1 has no 'exec'; hook 1 has no 'container'"],
    [{ ...hook, befor: [] }, "hook 1 has the unknown field 'befor', did you mean before?"],
    [{ ...hook, before: undefined }, "hook 1 has neither 'before' nor 'after'"],
    [{ ...hook, onError: 'stop' }, "hook 1 has a 'onError' that is not fail or continue"],
    [{ ...hook, timeout: 5 }, expect.stringMatching(/^hook 1 has a 'timeout' that is not /) as string],
  ])('says what is wrong with %j', (one, words) => {
    expect(problemsOf(one)).toEqual(words);
  });

  it.each([
    [[]],
    [['']],
    [[1]],
    [['app', 1]],
    [['app', null]],
    [['app', 'a\0b']],
    ['app pause'],
    [{ length: 1 }],
  ])('takes no command %j', (command) => {
    const words = (field: string) =>
      `hook 1 has a '${field}' that is not a list of the program and its arguments`;
    expect(problemsOf({ ...hook, after: command })).toBe(words('after'));
    expect(problemsOf({ ...hook, before: command, after: ['x'] })).toBe(words('before'));
  });

  it('takes an argument that is empty', () => {
    expect(problemsOf({ ...hook, before: ['app', ''] })).toBeUndefined();
  });

  it('names a name that two have, and all other problems with it', () => {
    expect(problemsOf({ ...hook, name: 'a' }, { ...hook, name: 'b' }, { ...hook, name: 'a' })).toBe(
      "two hooks have the name 'a'",
    );
    expect(problemsOf({ ...hook, name: 'a', before: [] }, { ...hook, name: 'a', after: 'x' })).toBe(
      [
        "hook 1 has a 'before' that is not a list of the program and its arguments",
        "hook 1 has neither 'before' nor 'after'",
        "hook 2 has a 'after' that is not a list of the program and its arguments",
        "two hooks have the name 'a'",
      ].join('; '),
    );
  });

  it('is shown without its commands, and not at all when it cannot be read', () => {
    expect(hookList.shown?.(JSON.stringify([hook, { ...hook, name: 'rest' }]))).toBe('["hook-1","rest"]');
    expect(hookList.shown?.('[{"before":["secret"]}]')).toBe('***');
  });
});
