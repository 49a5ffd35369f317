import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const page = 'docs/restore.md';

/** The lines of the documentation's shell examples that load a dump by this client, in order, each but once. */
export function documentedLines(client: RegExp): string[] {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```/gm)];
  const lines = blocks.flatMap(([, block = '']) => block.split('\n'));
  const found = new Set(lines.filter((line) => client.test(line) && /\bdump\S*\.sql/.test(line)));
  if (found.size === 0) throw new Error(`${page} has no line of ${client.source}`);
  return [...found];
}

export interface Place {
  /** Where the dumps lie. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs them one after the other as a person does, who looks at each; gives what the first that fails says. */
export function runByHand(lines: readonly string[], { folder, env }: Place): string | undefined {
  for (const line of lines) {
    try {
      execFileSync('sh', ['-c', line], { cwd: folder, env, stdio: 'pipe', maxBuffer: 1e9 });
    } catch (error) {
      // A client may repeat all of a statement before it says what is wrong with it.
      return String((error as { stderr?: Buffer }).stderr ?? error).slice(-2000);
    }
  }
  return undefined;
}
