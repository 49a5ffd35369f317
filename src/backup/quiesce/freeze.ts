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
  const said = Promise.withResolvers<void>();
  const lost = new AbortController();
  const stop = new AbortController();
  const facts = new Facts((key) => key === 'frozen' && said.resolve());
  const errors = new Tail();
  const stdin = new Readable({ read() {} });
  stdin.push('\n');
  const seconds = Math.ceil(milliseconds / 1000) + graceSeconds;
  const ended = context.kube
    .exec({
      ...filesystem.container,
      command: ['sh', '-ceu', freezeScript, 'sh', filesystem.path, String(seconds)],
      stdin,
      stdout: facts,
      stderr: errors,
      signal: stop.signal,
    })
    .then(
      ({ exitCode }) => ({ exitCode, words: errors.words() || `exit status ${exitCode}` }),
      (error: unknown) => ({ exitCode: undefined, words: messageOf(error) }),
    );
  void ended.then(({ words }) => {
    said.reject(cannotFreeze(filesystem, words));
    lost.abort(thawedEarly(filesystem, words));
  });
  const release = async (): Promise<boolean> => {
    stdin.push('release\n');
    stdin.push(null);
    const giveUp = new AbortController();
    const end = await Promise.race([
      ended,
      context.clock.sleep(10_000, giveUp.signal).catch(() => undefined),
    ]);
    giveUp.abort();
    stop.abort(new Error('the filesystem is to be thawed'));
    const isThawed = facts.get('thawed') === 'yes';
    // It says so itself when it is; whatever else has happened, we look.
    if (!isThawed) await thaw(filesystem, context);
    return isThawed && end?.exitCode === 0;
  };
  try {
    await orAborted(said.promise, context.signal);
  } catch (error) {
    await release();
    throw error;
  }
  return { lost: lost.signal, thaw: release };
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
