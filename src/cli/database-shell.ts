import { openShell } from '../databases/operations/open-shell.ts';
import { literalChoice } from '../databases/database-choice.ts';
import { shellSettings, serverSettings } from '../databases/operations/settings.ts';
import { joined } from '../settings/schema.ts';
import { callerOn } from './terminal/caller.ts';
import { recalled } from './recalled.ts';
import { defineCommand } from './command.ts';
import { lineFor } from './database-example.ts';
import type { Engine } from '../databases/engine.ts';
import { findTarget } from '../databases/operations/target.ts';

const helpOf = (
  name: string,
) => `On a terminal, the client is interactive; otherwise it reads statements from stdin and writes answers to \
stdout: echo 'select 1' | backup-ns ${name} shell. The password is not an argument of any process.

The exit code is 0 if that of the client is 0, and otherwise 1, with a message that names the client's.`;

export const shellCommand = (engine: Engine) =>
  defineCommand({
    name: 'shell',
    summary: `Open the client of ${engine.title} in the database's own container`,
    examples: [
      { words: 'The client, for a person', line: lineFor(engine, 'shell') },
      { words: 'One statement', line: `echo 'select 1' | ${lineFor(engine, 'shell')}` },
    ],
    help: helpOf(engine.name),
    settings: joined(serverSettings(engine), shellSettings),
    recall: recalled(engine),
    endings: ['preflight'],
    byHand: true,
    ownsStdout: true,
    async run({ database, ...place }, context, { terminal }) {
      const target = await findTarget(place, context);
      const { server } = target;
      const named =
        database === undefined ? server : server.with({ ...server, choice: literalChoice(database) });
      await openShell({ ...target, server: named }, callerOn(terminal, context), context);
      return undefined;
    },
  });
