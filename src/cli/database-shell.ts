import { openShell } from '../databases/operations/open-shell.ts';
import { literalChoice } from '../databases/database-choice.ts';
import { shellSettings, serverSettings } from '../databases/operations/settings.ts';
import { joined } from '../settings/schema.ts';
import { callerOn } from './terminal/caller.ts';
import { defineCommand } from './command.ts';
import type { Engine } from '../databases/engine.ts';
import { findTarget } from '../databases/operations/target.ts';

const helpOf = (
  name: string,
) => `On a terminal it is as if you sat at that container; without one, statements are read from stdin and \
answers go to stdout: echo 'select 1' | backup-ns ${name} shell. The password is no argument of any process.

It ends with 0 when the client does, and with 1 when the client ends otherwise, whose exit status is named.`;

export const shellCommand = (engine: Engine) =>
  defineCommand({
    name: 'shell',
    summary: `Open the client of ${engine.title} in the database's own container`,
    help: helpOf(engine.name),
    settings: joined(serverSettings(engine), shellSettings),
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
