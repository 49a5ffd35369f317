import type { Caller } from '../caller.ts';
import type { Context } from '../context.ts';
import type { GivenScope } from '../snapshots/bulk/scope-settings.ts';
import { callerOn, type Consent } from './terminal/caller.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What CronJobs run, and a person may type: for `--help`. */
export const atTerminal = `Typed at a terminal, it is of the context's own namespace, unless -n or -A says otherwise, shows \
what it would do, and asks. As a CronJob, it is of all namespaces, and asks nobody.`;

/** A person is asked; a CronJob was told when it was made. */
export function personAt<Details>(
  terminal: Terminal,
  context: Pick<Context, 'clock' | 'signal'>,
  { yes, words }: Consent<Details>,
): Caller<Details> {
  return callerOn(terminal, context, { yes: yes === true || !terminal.canAsk, ...(words && { words }) });
}

/** Who types no scope means the namespace that they are in, as for `list`; a CronJob means all. */
export function withOwnNamespace<Settings extends GivenScope>(
  settings: Settings,
  { canAsk }: Pick<Terminal, 'canAsk'>,
  { kube }: Pick<Context, 'kube'>,
): Settings {
  return settings.isSaid || !canAsk ? settings : { ...settings, namespaces: [kube.namespace] };
}
