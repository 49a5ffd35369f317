import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A client that has run some SQL, and keeps its session open until it is disposed of, or the test is over. */
export async function holdingSession(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  sql: string,
): Promise<AsyncDisposable> {
  const client = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const dispose = async (): Promise<void> => {
    if (client.exitCode !== null || client.signalCode !== null) return;
    // One that waits itself reads no more.
    const timer = setTimeout(() => client.kill(), 2000);
    client.stdin.end();
    await once(client, 'exit');
    clearTimeout(timer);
  };
  onTestFinished(dispose);
  client.stdin.write(`${sql};\nselect 'held';\n`);
  let said = '';
  for await (const chunk of client.stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (said.includes('held')) return { [Symbol.asyncDispose]: dispose };
  }
  throw new Error(`the session has ended: ${said}`);
}
