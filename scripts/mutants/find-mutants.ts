import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeChanges } from './code-mutations.ts';
import { changed, mutantOf, type Change, type Mutant } from './mutant.ts';
import { root } from './rooms.ts';
import { isShell, shellChanges } from './shell-mutations.ts';
import { parse } from './syntax.ts';

/** All mutants of a file, in the order of its text: each is still TypeScript, and a script still a script. */
export function mutantsOf(file: string): readonly Mutant[] {
  const source = readFileSync(join(root, file), 'utf8');
  return allOf(file, source, isShell).filter((change) => isTypeScript(source, change));
}

/** Much quicker, with some that are not. */
export function candidatesOf(file: string): readonly Mutant[] {
  return allOf(file, readFileSync(join(root, file), 'utf8'), () => true);
}

function allOf(file: string, source: string, isScript: (text: string) => boolean): readonly Mutant[] {
  const program = parse(source);
  return [...codeChanges(program, source), ...shellChanges(file, program, source, isScript)]
    .toSorted((one, other) => one.start - other.start)
    .map((change) => mutantOf(file, source, change));
}

function isTypeScript(source: string, change: Change): boolean {
  try {
    parse(changed(source, change));
    return true;
  } catch {
    return false;
  }
}
