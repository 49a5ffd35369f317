import type { Context } from '../context.ts';
import { createSettings } from '../backup/settings/create.ts';
import { quoted } from '../core/quoted.ts';
import type { Engine } from '../databases/engine.ts';
import type { KubeObject } from '../kube/object.ts';
import { boolean } from '../settings/formats.ts';
import { fileVariable, flagName, type Setting } from '../settings/setting.ts';
import { ContainerVariables } from './container-variables.ts';
import { backupContainer, flagsIn, type BackupContainer } from './cron-job-container.ts';
import type { Value } from './value.ts';

/** What the backup of a CronJob goes by, of one engine. */
export interface CronJobSettings {
  readonly name: string;
  /** By the names of the settings; what is not here has its default. */
  readonly values: ReadonlyMap<string, Value>;
}

/**
 * Of a CronJob that backs up its own namespace, and dumps this engine; undefined for any other. Only settings of the engine are
 * taken, each as a text: no path of a file, and nothing that says where the cluster is.
 */
export async function readCronJobSettings(
  object: KubeObject,
  engine: Engine,
  wanted: readonly Setting<unknown>[],
  context: Context,
): Promise<CronJobSettings | undefined> {
  const { name, namespace } = object.metadata;
  const container = backupContainer(object);
  if (!container || !name || !namespace) return undefined;
  const given = new Given(container, namespace, context);
  const target = await given.find(createSettings.table.namespace);
  if (target && !('text' in target ? target.text === namespace : target.isPerhaps)) return undefined;
  const dumps = await given.find(engine.wanted);
  if (dumps && 'lost' in dumps && wanted.length > 0) {
    const what = `whether CronJob ${quoted(name)} dumps ${engine.title} ${dumps.isPerhaps ? 'perhaps ' : ''}`;
    context.log.warn({ namespace }, `${what}${dumps.lost}`);
  }
  if (!dumps || !('text' in dumps) || !isTrue(dumps.text)) return undefined;
  const values = new Map<string, Value>();
  for (const setting of wanted) {
    const value = await given.find(setting);
    if (value) values.set(setting.name, value);
  }
  return { name, values };
}

function isTrue(text: string): boolean {
  const parsed = boolean.parse(text);
  return 'value' in parsed && parsed.value;
}

/** What a container is given: a flag beats a variable. An empty variable is unset. */
class Given {
  readonly #words: readonly string[];
  readonly #variables: ContainerVariables;

  constructor(container: BackupContainer, namespace: string, context: Context) {
    this.#words = container.words;
    this.#variables = new ContainerVariables(container, namespace, context);
  }

  async find({ name, isSecret }: Pick<Setting<unknown>, 'name' | 'isSecret'>): Promise<Value | undefined> {
    const file = { name: fileVariable(name) };
    const flags = flagsIn(this.#words, isSecret ? [{ name }, file] : [{ name }]);
    const flag = flags[name];
    if (flag !== undefined) return await this.#variables.expand(flag);
    if (this.#isInShell(name)) return { lost: 'is in a command for a shell; give it here' };
    const value = flags[file.name] === undefined ? await this.#variables.find(name) : undefined;
    if (value && (!('text' in value) || value.text !== '')) return value;
    if (!isSecret) return undefined;
    const path = flags[file.name] ?? (await this.#variables.find(file.name));
    if (path === undefined || (typeof path === 'object' && 'text' in path && path.text === ''))
      return undefined;
    if (typeof path === 'object' && 'lost' in path && path.isPerhaps) return path;
    return { lost: 'is in a file of its pod, where it stays; give it here' };
  }

  #isInShell(name: string): boolean {
    return this.#words.some((word) => word.includes(' ') && word.includes(`--${flagName(name)}`));
  }
}
