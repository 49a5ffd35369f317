import { openShell } from '../databases/operations/open-shell.ts';
import { literalChoice } from '../databases/database-choice.ts';
import { shellSettings } from '../databases/operations/settings.ts';
import { joined } from '../settings/schema.ts';
import { defineCommand } from './command.ts';
import { targetOf, type DatabaseEngine, type ServerSettings } from './database-engine.ts';

const helpOf = (
  name: string,
) => `On a terminal it is as if you sat at that container; without one, statements are read from stdin and \
answers go to stdout: echo 'select 1' | backup-ns ${name} shell. The password is no argument of any process.

It ends with 0 when the client does, and with 1 when the client ends otherwise, whose exit status is named.`;

export const shellCommand = <Server extends ServerSettings>(engine: DatabaseEngine<Server>) =>
  defineCommand({
    name: 'shell',
    summary: `Open the client of ${engine.title} in the database's own container`,
    help: helpOf(engine.name),
    settings: joined(engine.place, shellSettings),
    endings: ['preflight'],
    byHand: true,
    ownsStdout: true,
    async run({ database, ...place }, context, { terminal }) {
      const target = await targetOf(engine, place, context);
      const choice = database === undefined ? target.tools.choice : literalChoice(database);
      await openShell(target, choice, terminal, context);
      return undefined;
    },
  });
