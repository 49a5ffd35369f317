import { join } from 'node:path';
import { builtPath, whyNotBuilt } from '../bundle/built.ts';
import { run } from '../run.ts';

/** The path of the bundle that users run; built first when it is missing, or older than a source of it. */
export async function builtCommand(report: (line: string) => void): Promise<string> {
  if (whyNotBuilt() !== undefined) {
    report('building the command');
    await run(process.execPath, [join(import.meta.dirname, '..', 'build.ts')]);
  }
  return builtPath;
}
