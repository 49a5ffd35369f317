import { PassThrough } from 'node:stream';
import type { Amount, Caller, Question } from '../../src/caller.ts';
import { CancelledError } from '../../src/core/errors.ts';

interface Step {
  readonly step: string;
  readonly soFar: (() => Amount) | undefined;
  /** How far it was in the end; undefined while it is at work, and of a step that cannot tell. */
  amount?: Amount | undefined;
  isOver: boolean;
}

/** A caller that is not a terminal: a program, which keeps what it is told, answers by itself and has streams of its own. */
export class RecordingCaller implements Caller {
  readonly steps: Step[] = [];
  readonly asked: Question[] = [];
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly errors = new PassThrough();
  readonly #answer: boolean;

  constructor(answer = true) {
    this.#answer = answer;
  }

  progress(step: string, soFar?: () => Amount): Disposable {
    const entry: Step = { step, soFar, isOver: false };
    this.steps.push(entry);
    return {
      [Symbol.dispose](): void {
        entry.isOver = true;
        entry.amount = soFar?.();
      },
    };
  }

  async confirm(question: Question): Promise<void> {
    this.asked.push(question);
    if (!this.#answer) throw new CancelledError('No');
    return Promise.resolve();
  }
}
