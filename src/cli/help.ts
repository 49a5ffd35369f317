import { Help, type Command, type HelpConfiguration } from 'commander';

const usualWidth = 80;

/** Columns of a description, below which it has more room under its flag than beside it. */
const narrowest = 40;

const besideItem = 2;
const underItem = 6;

/**
 * How `--help` is set. Descriptions say their defaults and choices themselves. Where the flags of a command are so long that
 * descriptions beside them would be narrow, which commander then does not wrap, all of them stand under their flags.
 */
export const helpStyle: HelpConfiguration = {
  optionDescription: ({ description }) => description,
  argumentDescription: ({ description }) => description,
  formatItem(this: Help, term, termWidth, description, helper) {
    const indent = ' '.repeat(besideItem);
    if (!description) return `${indent}${term}`;
    const width = this.helpWidth ?? usualWidth;
    const beside = width - termWidth - 2 * besideItem;
    const isUnder = beside < narrowest;
    const margin = isUnder ? underItem : termWidth + 2 * besideItem;
    const first = isUnder ? `${term}\n${' '.repeat(margin)}` : `${term.padEnd(termWidth)}${indent}`;
    return `${indent}${first}${hanging(description, margin, width, helper)}`;
  },
};

/** Text that goes on at a margin; the first line is not moved there. */
export function hanging(text: string, margin: number, width = usualWidth, helper = new Help()): string {
  return helper.boxWrap(text, width - margin).replaceAll('\n', `\n${' '.repeat(margin)}`);
}

/** After what is wrong with the words of a command, where one reads which ones it takes. */
export function pointToHelp(command: Command): Command {
  const path: string[] = [];
  for (let one: Command | null = command; one; one = one.parent) path.unshift(one.name());
  return command.showHelpAfterError(`See ${path.join(' ')} --help`);
}

/** How the program was called, before the words of its commands. */
export function rootName(command: Command): string {
  let root = command;
  while (root.parent) root = root.parent;
  return root.name();
}
