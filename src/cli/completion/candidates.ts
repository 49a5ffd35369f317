import type { Argument, Command as Program, Option } from 'commander';
import { kindOfArgument, kindOfOption, type NameKind } from './name-kinds.ts';
import { readWords } from './read-words.ts';

/** One that a word may become, and what it is; both are of this program, or of a cluster. */
export interface Candidate {
  readonly value: string;
  readonly words?: string | undefined;
}

/** What a word may become. */
export type Completion =
  | { readonly candidates: readonly Candidate[] }
  | { readonly files: true }
  /** Names that are to be looked up: they follow `prefix`, and begin with `partial`. */
  | {
      readonly kind: NameKind;
      readonly prefix: string;
      readonly partial: string;
      readonly given: ReadonlyMap<string, string>;
      /** Those that are there already. */
      readonly taken: readonly string[];
    };

const nothing: Completion = { candidates: [] };

/** Of the last of the words, which may be empty, by those before it. */
export function completionOf(program: Program, words: readonly string[]): Completion {
  const partial = words.at(-1) ?? '';
  const { command, given, positional, awaiting, isOver } = readWords(program, words.slice(0, -1));
  if (awaiting) return valuesOf(awaiting, '', partial, command, given);
  if (!isOver && partial.startsWith('-')) return ofFlag(command, partial, given);
  const { commands } = command;
  if (commands.length > 0) {
    const subcommands = commands.map((one) => ({ value: one.name(), words: one.summary() }));
    return matching(subcommands, partial);
  }
  const args = command.registeredArguments;
  const argument = args[positional.length] ?? (args.at(-1)?.variadic ? args.at(-1) : undefined);
  if (argument) return ofArgument(argument, partial, given, positional);
  return partial === '' && !isOver ? matching(flagsOf(command), '') : nothing;
}

function ofFlag(command: Program, partial: string, given: ReadonlyMap<string, string>): Completion {
  const [, flag = '', value] = /^(--[^=]*)=(.*)$/s.exec(partial) ?? [];
  if (flag === '') return matching(flagsOf(command), partial);
  const option = command.options.find(({ long }) => long === flag);
  return option ? valuesOf(option, `${flag}=`, value ?? '', command, given) : nothing;
}

function flagsOf(command: Program): Candidate[] {
  const shown = command.options.filter(({ hidden }) => !hidden);
  const flags = shown.flatMap(({ long, description }) => (long ? [{ value: long, words: description }] : []));
  return [...flags, { value: '--help', words: 'Show this help' }];
}

function valuesOf(
  option: Option,
  prefix: string,
  partial: string,
  command: Program,
  given: ReadonlyMap<string, string>,
): Completion {
  const { argChoices } = option;
  if (argChoices) {
    return matching(
      argChoices.map((choice) => ({ value: `${prefix}${choice}` })),
      `${prefix}${partial}`,
    );
  }
  const kind = kindOfOption(option, command.name());
  if (kind === 'files') return { files: true };
  if (kind === undefined) return nothing;
  const { name, isList } = kind;
  const before = isList ? partial.slice(0, partial.lastIndexOf(',') + 1) : '';
  return {
    kind: name,
    prefix: `${prefix}${before}`,
    partial: partial.slice(before.length),
    given,
    taken: before.split(','),
  };
}

function ofArgument(
  argument: Argument,
  partial: string,
  given: ReadonlyMap<string, string>,
  taken: readonly string[],
): Completion {
  if (argument.argChoices)
    return matching(
      argument.argChoices.map((value) => ({ value })),
      partial,
    );
  const kind = kindOfArgument(argument);
  return kind === undefined ? nothing : { kind, prefix: '', partial, given, taken };
}

function matching(candidates: readonly Candidate[], partial: string): Completion {
  return { candidates: candidates.filter(({ value }) => value.startsWith(partial)) };
}
