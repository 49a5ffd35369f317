import { PassThrough } from 'node:stream';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';

export interface FakeTerminal extends Terminal {
  readonly asked: string[];
  readonly notes: string[];
  /** Lines of progress. */
  readonly shown: string[];
  readonly streams: {
    readonly stdin: PassThrough;
    readonly stdout: PassThrough;
    readonly stderr: PassThrough;
  };
}

/** Pipes, and somebody who gives this answer to every question; undefined stands for a run without a terminal. */
export function fakeTerminal(answer?: string): FakeTerminal {
  const asked: string[] = [];
  const notes: string[] = [];
  const shown: string[] = [];
  return {
    asked,
    notes,
    shown,
    colour: false,
    canAsk: answer !== undefined,
    print: () => Promise.resolve(true),
    printBeside: () => Promise.resolve(true),
    note: (sentence) => void notes.push(sentence),
    progress: (line) => void (line !== '' && shown.push(line)),
    inPlaceOfProgress: () => '',
    streams: { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
    openScreen: () => undefined,
    ask(question) {
      asked.push(question);
      return Promise.resolve(answer ?? '');
    },
  };
}
