import type { Context } from '../context.ts';
import { createSettings } from '../backup/settings/create.ts';
import { quoted } from '../core/quoted.ts';
import type { Engine } from '../databases/engine.ts';
import type { KubeObject } from '../kube/object.ts';
import { boolean } from '../settings/formats.ts';
import { fileVariable, type Setting } from '../settings/setting.ts';
import { ContainerVariables } from './container-variables.ts';
import type { CommandLine } from './command-line.ts';
import { backupContainer, type BackupContainer } from './cron-job-container.ts';
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
  readonly #line: CommandLine;
  readonly #variables: ContainerVariables;

  constructor(container: BackupContainer, namespace: string, context: Context) {
    this.#line = container.line;
    this.#variables = new ContainerVariables(container, namespace, context);
  }

  async find(setting: Pick<Setting<unknown>, 'name' | 'short' | 'isSecret'>): Promise<Value | undefined> {
    const { name, isSecret } = setting;
    const { flags, hasReferences, isUnknown } = this.#line;
    const file = fileVariable(name);
    const flag = flags[name];
    if (flag !== undefined) return hasReferences ? await this.#variables.expand(flag) : { text: flag };
    if (this.#line.mentions(setting)) return { lost: inPod };
    const value = isSecret && flags[file] !== undefined ? undefined : await this.#variables.find(name);
    if (value && (!('text' in value) || value.text !== '')) return value;
    const path = isSecret ? (flags[file] ?? (await this.#variables.find(file))) : undefined;
    if (path === undefined || (typeof path === 'object' && 'text' in path && path.text === ''))
      return isUnknown ? { lost: inPod, isPerhaps: true } : undefined;
    if (typeof path === 'object' && 'lost' in path && path.isPerhaps) return path;
    return { lost: 'is in a file of its pod, where it stays; give it here' };
  }
}

const inPod = 'is in a command that only its pod puts together; give it here';
