import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a command of the bundle, with its log on the terminal if wanted. Gives what it says in the end; throws when it fails. */
export async function runCommand(
  bundle: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  log: 'shown' | 'hidden' = 'shown',
): Promise<string> {
  const child = spawn(process.execPath, [bundle, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', log === 'shown' ? 'inherit' : 'ignore'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode !== 0)
    throw new Error(`backup-ns ${args.join(' ')} ended with exit code ${exitCode}: ${output}`);
  return output.trimEnd();
}
