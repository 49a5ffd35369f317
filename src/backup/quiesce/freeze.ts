import { Readable } from 'node:stream';
import { type Filesystem, findFilesystems } from './filesystem.ts';
import { freezeScript } from './freeze-script.ts';
import { cannotBe, namedFilesystem, runScriptAt, tryScriptAt } from './run-script-at.ts';
import { doWhereItIsNow } from './where-it-is-now.ts';
import type { Context } from '../../context.ts';
import { UserError, messageOf } from '../../core/errors.ts';
import { type Finding, problem } from '../../core/finding.ts';
import { freshDeadline, orAborted } from '../../kube/deadline.ts';
import { explainFailure } from '../../kube/explain-failure.ts';
import { Facts, Tail } from '../../pods/script-output.ts';

export interface FrozenFilesystem {
  /** Aborted with a UserError 'snapshot' when it thawed before it was told to. */
  readonly lost: AbortSignal;
  /**
   * Whatever the run's own signal says. Resolves with whether it was frozen until now;
   * throws UserError 'snapshot' when it may be so still.
   */
  thaw(): Promise<boolean>;
}

/** How much longer than the backup waits for the storage the container itself keeps the filesystem frozen. */
const graceSeconds = 30;

/** How long the script may take to thaw once it is told to, before we look ourselves. */
const releaseMilliseconds = 10_000;

/**
 * Freezes the filesystem, and keeps it so until it is told to thaw it, for `milliseconds` at the most. A script in the
 * container holds it, which thaws by itself when this process dies or the connection is lost.
 * Throws UserError 'preflight' when it cannot be frozen.
 */
export async function freeze(
  filesystem: Filesystem,
  milliseconds: number,
  context: Context,
): Promise<FrozenFilesystem> {
  const holder = startHolder(filesystem, milliseconds, context);
  const lost = new AbortController();
  const neverFrozen = holder.ended.then(({ words }) => {
    lost.abort(thawedEarly(filesystem, words));
    throw cannotFreeze(filesystem, words);
  });
  const release = () => releaseHolder(holder, filesystem, context);
  try {
    await orAborted(Promise.race([holder.frozen, neverFrozen]), context.signal);
  } catch (error) {
    await release();
    throw error;
  }
  return { lost: lost.signal, thaw: release };
}

/** The script in the container that holds a filesystem, as far as we hear of it. */
interface Holder {
  /** It has said that the filesystem is frozen. */
  readonly frozen: Promise<void>;
  /** Never rejects; without an exit code when the connection was lost. */
  readonly ended: Promise<{ readonly exitCode: number | undefined; readonly words: string }>;
  readonly facts: Facts;
  readonly stdin: Readable;
  readonly stop: AbortController;
}

function startHolder({ container, path }: Filesystem, milliseconds: number, { kube }: Context): Holder {
  const said = Promise.withResolvers<void>();
  const facts = new Facts((key) => key === 'frozen' && said.resolve());
  const errors = new Tail();
  const stop = new AbortController();
  const stdin = new Readable({ read() {} });
  stdin.push('\n');
  const seconds = Math.ceil(milliseconds / 1000) + graceSeconds;
  const command = ['sh', '-ceu', freezeScript, 'sh', path, String(seconds)];
  const run = { ...container, command, stdin, stdout: facts, stderr: errors, signal: stop.signal };
  const ended = kube.exec(run).then(
    ({ exitCode }) => ({ exitCode, words: errors.words() || `exit status ${exitCode}` }),
    (error: unknown) => ({ exitCode: undefined, words: messageOf(error) }),
  );
  return { frozen: said.promise, ended, facts, stdin, stop };
}

/** Whatever the run's own signal says. Resolves with whether it was frozen until now. */
async function releaseHolder(
  { ended, facts, stdin, stop }: Holder,
  filesystem: Filesystem,
  context: Context,
): Promise<boolean> {
  stdin.push('release\n');
  stdin.push(null);
  const giveUp = new AbortController();
  const late = context.clock.sleep(releaseMilliseconds, giveUp.signal).catch(() => {});
  const end = await Promise.race([ended, late]);
  giveUp.abort();
  stop.abort(new Error('the filesystem is to be thawed'));
  const isThawed = facts.get('thawed') === 'yes';
  // It says so itself when it is; whatever else has happened, we look.
  if (!isThawed) await thaw(filesystem, context);
  return isThawed && end?.exitCode === 0;
}

function cannotFreeze(filesystem: Filesystem, words: string): UserError {
  return new UserError(
    'preflight',
    `${namedFilesystem(filesystem)} cannot be frozen (${words}); fsfreeze needs a container with CAP_SYS_ADMIN: name one in ⟪quiesceContainer⟫, or set ⟪quiesce⟫=sync`,
  );
}

function thawedEarly(filesystem: Filesystem, words: string): UserError {
  return new UserError(
    'snapshot',
    `${namedFilesystem(filesystem)} thawed before the snapshots were cut (${words}), so they may not fit together; run the backup again`,
  );
}

/** Writes what the filesystem has in memory to its disk. Throws UserError 'preflight'. */
export async function sync(filesystem: Filesystem, context: Context): Promise<void> {
  await runScriptAt(filesystem, 'sync', 'preflight', context);
}

const limitMilliseconds = 40_000;

/**
 * Thaws a filesystem that may be frozen, in the pod that has it mounted now, whatever the run's own signal says. Throws
 * UserError 'snapshot'.
 */
export async function thaw(filesystem: Filesystem, context: Context): Promise<void> {
  using deadline = freshDeadline(context.clock, limitMilliseconds);
  const fresh = { ...context, signal: deadline.signal };
  const whereabouts = { was: filesystem, find: () => findAgain(filesystem, fresh) };
  await explainFailure('snapshot', cannotBe('thaw', filesystem), () =>
    doWhereItIsNow(
      whereabouts,
      async (place) => {
        const words = await tryScriptAt(place, 'thaw', 'snapshot', fresh);
        const { container, path } = place;
        context.log.info({ ...container, path }, words === 'thawed' ? 'thawed' : 'was not frozen');
      },
      fresh,
    ),
  );
}

async function findAgain({ pvc, container }: Filesystem, context: Context): Promise<Finding<Filesystem>> {
  const { namespace, container: name } = container;
  const finding = await findFilesystems(namespace, [pvc], name, context);
  if ('problems' in finding) return finding;
  const [found] = finding.found;
  return found ? { found } : problem(`no running pod of namespace '${namespace}' mounts PVC '${pvc}'`);
}
