import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { Screen } from './screen.ts';
import { harmless } from '../../core/terminal-text.ts';

/** The standard streams, for a command that passes bytes on. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Who called the command: what they see, and what they can be asked. */
export interface Terminal {
  /** Whether what is printed may be coloured. */
  readonly colour: boolean;
  /** Whether a person is there to answer. */
  readonly canAsk: boolean;
  /**
   * Text on stdout before the result, such as changes as they happen. Resolves when the reader can take more, to false
   * when there is no reader any more; rejects when it cannot be written for another reason, such as a full disk.
   */
  print(text: string): Promise<boolean>;
  /** As `print`, on stderr: what others have said, beside a result for programs. */
  printBeside(text: string): Promise<boolean>;
  /** A sentence on stderr, beside the result and its format. */
  note(sentence: string): void;
  /** A line on stderr that the next one takes the place of, '' for none. Nothing where stderr is not a terminal. */
  progress(line: string): void;
  /** What a line of the log begins with to take the place of a line of progress: '' where there is none. */
  inPlaceOfProgress(): string;
  readonly streams: Streams;
  /** Undefined when stdin or stdout is not a terminal. */
  openScreen(): Screen | undefined;
  /** Puts a question on stderr. Resolves to the line of the answer, '' at the end of input. */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/** `process.stdin` is opened by who reads it: to open it costs 2 ms of every start. */
export const isStdinTerminal = isatty(0);

export function openTerminal(wantsColour: boolean): Terminal {
  const { stdout, stderr } = process;
  let hasProgress = false;
  const clearLine = '\r\u001B[K';
  // Who prints is told that the reader went away, and decides what that means.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  return {
    colour: wantsColour && stdout.isTTY,
    canAsk: isStdinTerminal && stderr.isTTY,
    print: (text) => written(stdout, text),
    printBeside: (text) => written(stderr, text),
    note: (sentence) => void stderr.write(`${harmless(sentence)}\n`),
    progress(line) {
      if (stderr.isTTY && (hasProgress || line !== '')) stderr.write(`${clearLine}${line}`);
      hasProgress = stderr.isTTY && line !== '';
    },
    inPlaceOfProgress() {
      const hadProgress = hasProgress;
      hasProgress = false;
      return hadProgress ? clearLine : '';
    },
    streams: {
      get stdin() {
        return process.stdin;
      },
      stdout,
      stderr,
    },
    openScreen: () => (isStdinTerminal && stdout.isTTY ? new Screen(process.stdin, stdout) : undefined),
    async ask(question, signal) {
      const lines = createInterface({ input: process.stdin, output: stderr });
      const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      try {
        return await Promise.race([lines.question(question, { signal }), ended]);
      } finally {
        lines.close();
      }
    },
  };
}

function written(stream: Writable, text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (!error || isClosed(error) ? resolve(!error) : reject(error)));
  });
}

/** The second is of every write after the first that failed. */
function isClosed(error: Error): boolean {
  return 'code' in error && ['EPIPE', 'ERR_STREAM_DESTROYED'].includes(String(error.code));
}
