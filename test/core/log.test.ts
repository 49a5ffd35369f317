import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/system.ts';
import { UserError } from '../../src/core/errors.ts';
import { anyText } from '../support/any-text.ts';
import { harmless } from '../../src/core/terminal-text.ts';
import { createLogger, type LogOptions } from '../../src/core/log.ts';

const noon = new Date(2026, 10, 20, 12, 3, 7);

function logged(write: (log: ReturnType<typeof createLogger>) => void, options: LogOptions = {}): string {
  let output = '';
  const stream = { write: (text: string) => (output += text) };
  write(createLogger({ stream, clock: { ...systemClock, now: () => noon }, ...options }));
  return output;
}

const onTerminal = { isTerminal: true };

describe('the log of a pod', () => {
  it('is one line of JSON for each step, with the level as a word', () => {
    const output = logged((log) => log.info({ namespace: 'shop', bytes: 10 }, 'dump written'));
    expect(output).toBe(
      `{"level":"info","time":"${noon.toISOString()}","namespace":"shop","bytes":10,"msg":"dump written"}\n`,
    );
  });

  it('leaves out what is below its level', () => {
    expect(logged((log) => log.debug('detail'))).toBe('');
    expect(logged((log) => log.debug('detail'), { level: 'debug' })).toContain('"level":"debug"');
  });

  it('tells the causes of an error', () => {
    const error = new Error('cannot list', { cause: new TypeError('reset', { cause: 'gone' }) });
    expect(JSON.parse(logged((log) => log.error(error)))).toMatchObject({
      level: 'error',
      msg: 'cannot list',
      err: { type: 'Error', cause: { type: 'TypeError', message: 'reset', cause: { message: 'gone' } } },
    });
  });

  it('has text of a cluster as it was, without a character that would steer the terminal of a reader', () => {
    fc.assert(
      fc.property(anyText(20), (text) => {
        const line = logged((log) => log.info({ text }, text));
        expect(line).toBe(`${harmless(line.trimEnd())}\n`);
        expect(JSON.parse(line)).toMatchObject({ text, msg: text });
      }),
    );
  });

  it('has no line that grows with a text or a list of a cluster', () => {
    const text = 'x'.repeat(1_000_000);
    const list = Array.from({ length: 10_000 }, (_, index) => String(index));
    for (const options of [{}, onTerminal]) {
      expect(logged((log) => log.info({ text, list }, text), options).length).toBeLessThan(4000);
      expect(logged((log) => log.error(new Error(text)), options).length).toBeLessThan(5000);
    }
  });

  it('gives the reason of an error for the user, and no stack', () => {
    const { err } = JSON.parse(logged((log) => log.error(new UserError('lock', 'no slot'))));
    expect(err).toEqual({ type: 'UserError', message: 'no slot', reason: 'lock' });
  });

  it('survives an error that is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(logged((log) => log.error(error))).toContain('round');
  });

  it('is complete when the process exits right after the last line', () => {
    const source = fileURLToPath(new URL('../../src/core/log.ts', import.meta.url));
    const script = `import { createLogger } from ${JSON.stringify(source)};
      const log = createLogger();
      for (let step = 1; step <= 5000; step++) log.info({ step }, 'a step of some length to fill the pipe');
      process.exit(3);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(status).toBe(3);
    expect(String(stderr).trim().split('\n')).toHaveLength(5000);
  });
});

describe('the log on a terminal', () => {
  it('is one aligned line for each step, in units for people', () => {
    const fields = { namespace: 'shop', pvc: 'data', bytes: 1_288_490_189, milliseconds: 4612 };
    expect(logged((log) => log.info(fields, 'snapshot ready'), onTerminal)).toBe(
      '12:03:07  snapshot ready                        namespace=shop pvc=data bytes=1.2GiB took=4.6s\n',
    );
  });

  it('starts its fields in the same column for warnings', () => {
    const info = logged((log) => log.info({ pvc: 'a' }, 'x'), onTerminal);
    const warning = logged((log) => log.warn({ pvc: 'a' }, 'x'), onTerminal);
    expect(warning).toContain('WARN x');
    expect(warning.indexOf('pvc=')).toBe(info.indexOf('pvc='));
  });

  it('names the quantity of a longer key once', () => {
    const output = logged(
      (log) => log.info({ waitedMilliseconds: 90_000, freeBytes: 2048 }, 'x'),
      onTerminal,
    );
    expect(output).toContain('waited=1m30s freeBytes=2.0KiB');
  });

  it('has colours only when asked for', () => {
    expect(logged((log) => log.error({ a: 1 }, 'x'), onTerminal)).not.toContain('\u001B');
    expect(logged((log) => log.error({ a: 1 }, 'x'), { ...onTerminal, colour: true })).toContain(
      '\u001B[31mERROR \u001B[0m',
    );
    expect(logged((log) => log.error({ a: 1 }, 'x'), { colour: true })).not.toContain('\u001B');
  });

  it('tells the causes of what nobody expected, and only the story of an error for the user', () => {
    const cause = new Error('reset', { cause: new Error('gone') });
    expect(logged((log) => log.error(new Error('cannot list', { cause })), onTerminal)).toBe(
      '12:03:07  ERROR cannot list\n          caused by: reset\n          caused by: gone\n',
    );
    expect(logged((log) => log.error(new UserError('lock', 'no slot', { cause })), onTerminal)).toBe(
      '12:03:07  ERROR no slot\n',
    );
  });

  it('shows the words of an error below a message of its own', () => {
    expect(logged((log) => log.warn({ err: new Error('reset') }, 'asking again'), onTerminal)).toBe(
      '12:03:07  WARN asking again\n          reset\n',
    );
  });

  it('is not steered by text from a cluster', () => {
    fc.assert(
      fc.property(anyText(20), (text) => {
        const output = logged((log) => log.info({ text, list: [text] }, text), onTerminal);
        expect(output).not.toMatch(/[^\P{Cc}\n]/u);
      }),
    );
  });
});
