import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import { openProvider } from '../../scripts/cluster/open-provider.ts';
import type { Account } from '../../scripts/sandbox/accounts.ts';
import { openSandbox, type Sandbox } from '../../scripts/sandbox/sandbox.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** kubectl at a sandbox of the test file's own, which has the namespace `shop`. */
export class Kubectl {
  #sandbox: Sandbox | undefined;
  #program = '';

  constructor() {
    beforeAll(async () => {
      const provider = await openProvider('auto', 'e2e', () => {});
      this.#program = (await provider.programs()).kubectl;
      this.#sandbox = await openSandbox();
      await this.say(['create', 'namespace', 'shop']);
    });
    afterAll(async () => {
      await this.#sandbox?.[Symbol.asyncDispose]();
    });
  }

  get sandbox(): Sandbox {
    if (this.#sandbox) return this.#sandbox;
    throw new Error('the sandbox is not open yet');
  }

  /** What it says, in namespace `shop`; throws when it fails. */
  async say(args: readonly string[], input = ''): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: exit ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  /** Its end, whatever it is. */
  async run(args: readonly string[], input = '', account: Account = {}): Promise<Ended> {
    const child = this.#start(args, account);
    child.stdin?.on('error', () => {}); // It may end without reading all of it.
    child.stdin?.end(input);
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), exited]);
    return { code, stdout, stderr };
  }

  /** Creates objects in namespace `shop`. */
  create(...objects: object[]): Promise<string> {
    return this.say(['create', '-f', '-'], documents(...objects));
  }

  /** An object as it is. */
  async object<T = Record<string, unknown>>(kind: string, name: string): Promise<T> {
    return JSON.parse(await this.say(['get', kind, name, '-o', 'json'])) as T;
  }

  /** One that goes on, such as a watch. */
  follow(...args: string[]): Following {
    return new Following(this.#start(args));
  }

  #start(args: readonly string[], { namespace = 'shop', ...account }: Account = {}): ChildProcess {
    const { folder } = this.sandbox;
    const KUBECONFIG = join(folder, `${account.serviceAccount?.name ?? 'admin'}.kubeconfig`);
    writeFileSync(KUBECONFIG, this.sandbox.kubeconfig({ ...account, namespace }));
    // What it remembers of servers lies in the home folder otherwise, and goes by their ports.
    const env = { ...process.env, KUBECONFIG, KUBECACHEDIR: join(folder, 'kubectl-cache') };
    return spawn(this.#program, args, { env, stdio: 'pipe' });
  }
}

/** A kubectl that runs; disposing of it ends it. */
export class Following implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<unknown>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit');
    this.#lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  }

  /** The next line that matches; throws when there is none until the end. */
  async line(pattern: RegExp): Promise<string> {
    const seen: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`no line ${pattern}, only: ${seen.join(' / ')}`);
      seen.push(value);
      if (pattern.test(value)) return value;
    }
  }

  /** What it still says until it ends by itself. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) return lines;
      lines.push(value);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#exited;
  }
}

/** One YAML stream; JSON is YAML. */
export function documents(...objects: object[]): string {
  return objects.map((object) => JSON.stringify(object, null, 2)).join('\n---\n');
}

/** The rows of a table, without its head: cells by their columns. */
export function rowsOf(table: string): Record<string, string>[] {
  const [head = '', ...lines] = table.trimEnd().split('\n');
  const columns = Array.from(head.matchAll(/\S+(?: \S+)* */g));
  return lines.map((line) =>
    Object.fromEntries(
      columns.map(({ 0: title, index }, position) => [
        title.trim(),
        line.slice(index, columns[position + 1]?.index).trim(),
      ]),
    ),
  );
}
