import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runVariable, type Answer, type Request, type SwitchedOn } from './protocol.ts';

const program = join(import.meta.dirname, 'warm-vitest.ts');
const hook = pathToFileURL(join(import.meta.dirname, 'in-every-process.ts')).href;

export type Ending = Answer | (Omit<Answer, 'state'> & { readonly state: 'too late' });

/** In which tests each function runs, by their ids; the empty id is what runs outside of a test. */
export type Trace = Readonly<Record<string, readonly string[]>>;

/** Runs one test file after the other in a process that stays warm; what does not end in time is killed with it. */
export class VitestProcess implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  readonly #isExhaustive: boolean;
  #child: ChildProcess | undefined;

  /** Exhaustive: tests run all cases of their lists. */
  constructor(isExhaustive: boolean) {
    this.#isExhaustive = isExhaustive;
  }

  /** Without a mutant on the code as it is; only those tests of the file, or all of them. */
  run(
    test: string,
    only: readonly string[] | undefined,
    mutant: SwitchedOn | undefined,
    limitMilliseconds: number,
  ): Promise<Ending> {
    return this.#run({ test, only, mutant, traceTo: undefined }, limitMilliseconds);
  }

  /** Runs the test on the code as it is, and tells which functions it runs. */
  async trace(test: string, limitMilliseconds: number): Promise<Ending & { readonly ran: Trace }> {
    const traceTo = join(this.#folder, 'trace');
    rmSync(traceTo, { force: true });
    const request = { test, only: undefined, mutant: undefined, traceTo };
    const ending = await this.#run(request, limitMilliseconds);
    const lines = existsSync(traceTo) ? readFileSync(traceTo, 'utf8').trimEnd().split('\n') : [];
    const ran: Record<string, string[]> = {};
    for (const line of new Set(lines)) {
      const [id = '', place = ''] = line.split('\t');
      (ran[place] ??= []).push(id);
    }
    return { ...ending, ran };
  }

  async #run(request: Request, limitMilliseconds: number): Promise<Ending> {
    const child = (this.#child ??= await this.#start());
    const limit = AbortSignal.timeout(limitMilliseconds);
    try {
      child.send(request);
      const [answer] = (await once(child, 'message', { signal: limit })) as [Answer];
      return answer;
    } catch (error) {
      this.#kill();
      if (limit.aborted) return { state: 'too late', words: 'it did not end', tests: [] };
      throw error;
    }
  }

  async #start(): Promise<ChildProcess> {
    // Some tests start processes of other users.
    chmodSync(this.#folder, 0o755);
    const current = join(this.#folder, 'run.json');
    writeFileSync(current, '{}');
    const child = fork(program, {
      detached: true,
      env: {
        ...process.env,
        EXHAUSTIVE: this.#isExhaustive ? '1' : '',
        NODE_OPTIONS: `--import=${hook}`,
        [runVariable]: current,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return child;
  }

  /** With all processes that its tests have started. */
  #kill(): void {
    if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    this.#child = undefined;
  }

  [Symbol.dispose](): void {
    this.#kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
