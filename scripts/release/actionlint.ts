import { join } from 'node:path';
import { buildGoModule, goToolchain } from '../go-module.ts';
import { programOfGo } from '../program-of-go.ts';

const module = { name: 'actionlint', packages: ['tool'], ldflags: '-s -w' };

/** From PATH, or as `node scripts/release/actionlint.ts` has built it; undefined where there is none. */
export function actionlintProgram(): string | undefined {
  return programOfGo('actionlint', module.name);
}

if (import.meta.main) {
  const report = (line: string): boolean => process.stderr.write(`${line}\n`);
  const source = join(import.meta.dirname, 'actionlint');
  const folder = await buildGoModule(module, { source, toolchain: await goToolchain(), report });
  process.stdout.write(`${join(folder, 'actionlint')}\n`);
}
