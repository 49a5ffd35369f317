import { databaseChoice, type DatabaseChoice } from '../../../src/databases/database-choice.ts';
import { databaseFiles } from '../../../src/databases/dump-files.ts';
import type { DatabaseServer, Engine } from '../../../src/databases/engine.ts';
import { asArguments, passwordArguments } from '../../../src/databases/run-script.ts';
import { credential, type Credential } from '../../../src/settings/credential.ts';
import { boolean, filePath } from '../../../src/settings/formats.ts';
import { execResource, labelName, type ExecResource } from '../../../src/settings/kubernetes-formats.ts';
import { defineSettings } from '../../../src/settings/schema.ts';
import { secretSetting, setting } from '../../../src/settings/setting.ts';
import { checkScript, dumpScript, infoScript, restoreScript, shellScript } from './scripts.ts';

/** How the programs of the toy end a dump. */
export const closing = '-- end of notebook';

/** Where it is, and how to log in. */
export interface ToySettings {
  readonly execResource: ExecResource;
  readonly container: string;
  readonly dumpFile: string;
  /** Of its files, one for each database. */
  readonly folder: string;
  readonly user: Credential;
  readonly password: Credential;
  readonly databases: DatabaseChoice;
}

/** A database server that is a folder of text files, and no more: all that an engine must have, and nothing that it need not. */
export const toy: Engine = {
  name: 'toy',
  title: 'Toy',
  products: 'a notebook',
  productOf: () => 'Toy',
  wanted: setting('BAK_DB_TOY', boolean, 'false', 'Dump a notebook before the snapshot'),
  settings: defineSettings({
    table: {
      toyExecResource: setting('BAK_DB_TOY_EXEC_RESOURCE', execResource, 'deployment/app', 'The workload'),
      toyExecContainer: setting(
        'BAK_DB_TOY_EXEC_CONTAINER',
        labelName('a container'),
        'toy',
        'Its container',
      ),
      toyDumpFile: setting('BAK_DB_TOY_DUMP_FILE', filePath('/dump.gz'), '/dump.gz', 'The dump file'),
      toyFolder: setting('BAK_DB_TOY_FOLDER', filePath('/notes'), '/notes', 'Where the notebooks lie'),
      toyUser: setting('BAK_DB_TOY_USER', credential, 'me', 'The user'),
      toyPassword: secretSetting('BAK_DB_TOY_PASSWORD', credential, '${TOY_PASSWORD}', 'The password'),
      toyDatabases: setting('BAK_DB_TOY_DB', databaseChoice, '${TOY_DB}', 'The notebooks to dump'),
    },
    check: () => [],
    build: (values) =>
      toyServer({
        execResource: values.toyExecResource,
        container: values.toyExecContainer,
        dumpFile: values.toyDumpFile,
        folder: values.toyFolder,
        user: values.toyUser,
        password: values.toyPassword,
        databases: values.toyDatabases,
      }),
  }),
  restoreHelp: 'A notebook is replaced at once.',
};

export function toyServer(settings: ToySettings): DatabaseServer {
  const { container, dumpFile, databases: choice, folder } = settings;
  const { args, secret } = passwordArguments(settings.password);
  return {
    engine: toy.name,
    title: toy.title,
    execResource: settings.execResource,
    container,
    dumpFile,
    isFolder: false,
    choice,
    globals: undefined,
    compression: { level: 1, threads: 1 },
    connection: {
      args: [folder, ...asArguments(settings.user), ...args],
      secret,
      address: folder,
      settings: ['toyUser', 'toyPassword'],
    },
    check: {
      script: checkScript,
      args: [],
      judge: (facts) => ({ problems: [], warnings: [], toolVersion: facts.get('tool') }),
    },
    dump: {
      script: dumpScript,
      args: [],
      closing,
      patterns: [],
      parts: (names) =>
        databaseFiles(names, choice, dumpFile).map((file) => ({
          kind: 'database',
          name: file.database,
          ...file,
        })),
    },
    info: { script: infoScript, versionOf: (said) => said },
    restore: {
      script: restoreScript,
      takesArchives: false,
      arguments: () => [],
      problems: () => [],
      afterFailure: 'the notebook is as it was before',
      essence: (words) => words,
      hint: () => undefined,
    },
    shell: { script: shellScript },
    with: (changes) => toyServer({ ...settings, dumpFile: changes.dumpFile, databases: changes.choice }),
  };
}
