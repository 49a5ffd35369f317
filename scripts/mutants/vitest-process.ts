import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runVariable, type Answer, type Run, type SwitchedOn } from './protocol.ts';

const program = join(import.meta.dirname, 'warm-vitest.ts');
const hook = pathToFileURL(join(import.meta.dirname, 'in-every-process.ts')).href;

export type Ending = Answer | { readonly state: 'too late'; readonly words: string };

/** Runs one test file after the other in a process that stays warm; what does not end in time is killed with it. */
export class VitestProcess implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  #child: ChildProcess | undefined;

  run(test: string, mutant: SwitchedOn, limitMilliseconds: number): Promise<Ending> {
    return this.#run(test, { mutant, traceTo: undefined }, limitMilliseconds);
  }

  /** Runs the test on the code as it is, and tells which functions it runs. */
  async trace(
    test: string,
    limitMilliseconds: number,
  ): Promise<Ending & { readonly ran: readonly string[] }> {
    const traceTo = join(this.#folder, 'trace');
    rmSync(traceTo, { force: true });
    const ending = await this.#run(test, { mutant: undefined, traceTo }, limitMilliseconds);
    const lines = existsSync(traceTo) ? readFileSync(traceTo, 'utf8').trimEnd().split('\n') : [];
    return { ...ending, ran: [...new Set(lines)] };
  }

  async #run(test: string, run: Run, limitMilliseconds: number): Promise<Ending> {
    const child = (this.#child ??= await this.#start());
    const limit = AbortSignal.timeout(limitMilliseconds);
    try {
      child.send({ test, ...run });
      const [answer] = (await once(child, 'message', { signal: limit })) as [Answer];
      return answer;
    } catch (error) {
      this.#kill();
      if (limit.aborted) return { state: 'too late', words: 'it did not end' };
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
      env: { ...process.env, NODE_OPTIONS: `--import=${hook}`, [runVariable]: current },
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
