import type { Command as Program } from 'commander';

/**
 * What is to be said of a flag that stands before its command, as `-n` in `backup-ns -n shop list`: which order is right. Values are
 * left out, as one may be a password. Undefined where there is no such flag, or no command after it that has it.
 */
export function flagBeforeCommand(program: Program, typed: readonly string[]): string | undefined {
  const branch = descend(program, typed, 0);
  const start = branch.next;
  if (branch.command.commands.length === 0 || !isFlag(typed[start])) return undefined;
  for (let at = start + 1; at < typed.length; at += 1) {
    const { command, path, next } = descend(branch.command, typed, at);
    if (next === at || command.commands.length > 0) continue;
    const before = typed.slice(start, at);
    // The word may be the value of the flag that stands before it: `-n list list`.
    if (takesValue(command, before.at(-1))) continue;
    const flags = before.filter(isFlag);
    if (flags.some((flag) => optionOf(command, flag) === undefined)) continue;
    const words = flags.map((flag) => `${nameOf(flag)}${optionOf(command, flag)?.required ? ' …' : ''}`);
    const line = [program.name(), ...branch.path, ...path, ...words].join(' ');
    return `flag ${nameOf(flags[0] ?? '')} stands before its command; flags come after it: ${line}`;
  }
  return undefined;
}

/** Along the words that are names of commands. */
function descend(from: Program, typed: readonly string[], at: number) {
  let command = from;
  const path: string[] = [];
  for (;;) {
    const inner = command.commands.find((one) => one.name() === typed[at + path.length]);
    if (!inner) return { command, path, next: at + path.length };
    path.push(inner.name());
    command = inner;
  }
}

function isFlag(word: string | undefined): boolean {
  return word !== undefined && /^-./.test(word);
}

/** Of `--name=value`, `-n=value` or `-nvalue`. */
function nameOf(flag: string): string {
  return flag.startsWith('--') ? (flag.split('=')[0] ?? '') : flag.slice(0, 2);
}

function optionOf(command: Program, flag: string) {
  const name = nameOf(flag);
  return command.options.find(({ long, short }) => long === name || short === name);
}

function takesValue(command: Program, word: string | undefined): boolean {
  return (
    word !== undefined && isFlag(word) && nameOf(word) === word && optionOf(command, word)?.required === true
  );
}
