import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const pages = ['README.md', 'docs/restore.md', 'docs/databases.md'];

/** The lines of the documentation's shell examples that load a dump by this client, in order, each but once. */
export function documentedLines(client: RegExp): string[] {
  const lines = pages.flatMap((page) => {
    const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
    return [...text.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'));
  });
  return [...new Set(lines.filter((line) => client.test(line) && line.includes('/restored/')))];
}

export interface Place {
  /** Where the dumps lie that the documentation has in /restored. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs them one after the other as a person does, who looks at each; gives what the first that fails says. */
export function runByHand(lines: readonly string[], { folder, env }: Place): string | undefined {
  for (const line of lines) {
    const script = line.replaceAll('/restored', folder);
    try {
      execFileSync('sh', ['-c', script], { env, stdio: 'pipe', maxBuffer: 1e9 });
    } catch (error) {
      // A client may repeat all of a statement before it says what is wrong with it.
      return String((error as { stderr?: Buffer }).stderr ?? error).slice(-2000);
    }
  }
  return undefined;
}
