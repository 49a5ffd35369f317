import { writeSync } from 'node:fs';
import { pino, type Level, type Logger } from 'pino';
import { systemClock, type Clock } from './system.ts';
import { UserError } from './errors.ts';
import { humanBytes } from './human-bytes.ts';
import { humanDuration } from './human-duration.ts';
import { harmless, harmlessJson, paint, type Colour } from './terminal-text.ts';

export interface LogOptions {
  /** Standard error unless given; what it takes must be written when `write` returns. */
  readonly stream?: { write(text: string): unknown };
  /** One readable line per step instead of one JSON object. */
  readonly isTerminal?: boolean;
  readonly level?: Level | 'silent';
  /** Only ever used on a terminal; whoever passes true has looked at NO_COLOR. */
  readonly colour?: boolean;
  readonly clock?: Clock;
  /** Has the last word on what is written: a line, with its line break. */
  readonly rewrite?: (line: string) => string;
}

/** Everything is written before the call returns, so that nothing is lost at `process.exit`. */
export function createLogger(options: LogOptions = {}): Logger {
  const {
    stream = standardError,
    isTerminal = false,
    level = 'info',
    colour = false,
    clock = systemClock,
    rewrite = (line) => line,
  } = options;
  const lines = { write: (line: string) => stream.write(rewrite(harmlessJson(bounded(line)))) };
  const terminal = {
    write: (line: string) => stream.write(rewrite(terminalLine(JSON.parse(bounded(line)), colour))),
  };
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${clock.now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error) },
    },
    isTerminal ? terminal : lines,
  );
}

/**
 * Blocks until all of it is written: `process.stderr` buffers when a pipe is full, and loses that at `process.exit`.
 * A reader that went away (EPIPE) takes its log lines with it, never the backup.
 */
const standardError = {
  write(text: string): void {
    let rest = Buffer.from(text);
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(2, rest));
      } catch (error) {
        const isFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
        if (!isFull) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  },
};

interface DescribedError {
  readonly type: string;
  readonly message: string;
  /** The exit reason of a `UserError`, whose message is the whole story. */
  readonly reason?: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: DescribedError;
}

const longestChain = 8;

function describeError(error: unknown, depth = 1): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...(error instanceof UserError ? { reason: error.reason } : { stack: error.stack }),
    ...('code' in error && { code: error.code }),
    ...(error.cause !== undefined &&
      depth < longestChain && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** Of a line as it comes, and of what is left of a text and of a list in one that is longer. */
const longest = { line: 8000, text: 1000, list: 20 };

/** Nobody reads more of a line, which foreign text may make as long as it likes; and what reads the log may cut it in two. */
function bounded(line: string): string {
  if (line.length <= longest.line) return line;
  const shortened = (_: string, value: unknown): unknown => {
    if (typeof value === 'string' && value.length > longest.text) return `${value.slice(0, longest.text)}…`;
    return Array.isArray(value) ? value.slice(0, longest.list) : value;
  };
  return `${JSON.stringify(JSON.parse(line), shortened)}\n`;
}

type LogRecord = Readonly<Record<string, unknown>> & {
  readonly level: Level;
  readonly time: string;
  readonly msg?: string;
  readonly err?: DescribedError;
};

const marks: Record<Level, { readonly word: string; readonly colour?: Colour }> = {
  trace: { word: 'TRACE ', colour: 'dim' },
  debug: { word: 'DEBUG ', colour: 'dim' },
  info: { word: '' },
  warn: { word: 'WARN ', colour: 'yellow' },
  error: { word: 'ERROR ', colour: 'red' },
  fatal: { word: 'FATAL ', colour: 'red' },
};

const messageWidth = 36;

/** `14:03:07  snapshot ready                        namespace=shop pvc=data bytes=1.2GiB took=4.6s` */
function terminalLine({ level, time, msg = '', err, ...fields }: LogRecord, colour: boolean): string {
  const painted = (text: string, mark: Colour | undefined) => (colour ? paint(text, mark) : text);
  const { word, colour: mark } = marks[level];
  const pairs = Object.entries(fields)
    .map(([key, value]) => pair(key, value))
    .join(' ');
  const width = pairs === '' ? 0 : messageWidth - word.length;
  const head = painted(word, mark) + indented(msg).padEnd(width);
  const tail = pairs === '' ? '' : `  ${painted(indented(pairs), 'dim')}`;
  const causes = err === undefined ? '' : causeLines(err, msg);
  return `${painted(new Date(time).toTimeString().slice(0, 8), 'dim')}  ${head}${tail}\n${causes}`;
}

function causeLines(error: DescribedError, alreadySaid: string): string {
  const own = error.message === alreadySaid ? '' : `          ${indented(error.message)}\n`;
  const isWholeStory = error.reason !== undefined;
  if (isWholeStory || error.cause === undefined) return own;
  return `${own}          caused by: ${causeLines(error.cause, '').trimStart()}`;
}

function pair(key: string, value: unknown): string {
  if (typeof value === 'number' && /(?:^b|B)ytes$/.test(key))
    return `${key}=${humanBytes(value).replace(' ', '')}`;
  if (typeof value === 'number' && /(?:^m|M)illiseconds$/.test(key))
    return `${key.replace(/(?:^m|M)illiseconds$/, '') || 'took'}=${humanDuration(value)}`;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return `${key}=${typeof value === 'string' && !/^[^\s"\p{C}]+$/u.test(text) ? JSON.stringify(text) : text}`;
}

/** Line breaks stay, as a list of problems has them. */
function indented(text: string): string {
  return harmless(text).replaceAll('\n', '\n          ');
}
