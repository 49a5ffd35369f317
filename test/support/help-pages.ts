import { commands } from '../../src/cli/commands.ts';
import { commandLine } from '../../src/cli/program.ts';

/** Every command and group, and what `--help` of it prints without a terminal. */
export function* helpPages(name?: string): Generator<readonly [path: string, help: string]> {
  const program = commandLine('1.2.3', commands, () => Promise.resolve(), undefined, name);
  const open = [{ path: program.name(), command: program }];
  for (const { path, command } of open) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 80 });
    command.outputHelp();
    yield [path, help];
    for (const child of command.commands) open.push({ path: `${path} ${child.name()}`, command: child });
  }
}
