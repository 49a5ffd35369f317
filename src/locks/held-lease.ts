import { quoted } from '../core/quoted.ts';
import type { Context } from '../context.ts';
import { messageOf, UserError } from '../core/errors.ts';
import { retryOnConflict } from '../kube/retry-on-conflict.ts';
import { Deadline } from '../kube/deadline.ts';
import { hasStatus } from '../kube/error.ts';
import { leases } from '../kube/resources.ts';
import { freeLease } from './free-lease.ts';
import { holderOf, leaseName, leaseTimes, microTime, noteAnnotation, type Lease } from './lease.ts';
import { ownersFor, type Claimant } from './take-lease.ts';
import { watchRenewals } from './watch-renewals.ts';

const { renewMilliseconds, holdMilliseconds } = leaseTimes;
const pauseAfterFailure = 2000;
const noteMilliseconds = 20_000;
/** Whoever forgets to release it shall not live for ever. */
const asleep = { keepsAlive: false };

export interface TakenLease {
  readonly lease: Lease;
  /** By our monotonic clock, before the request that took it was sent: no other run has seen it taken earlier. */
  readonly sent: number;
  readonly waitedMilliseconds: number;
}

/**
 * The right to back a namespace up, which one run has at a time: renewed until it is released or lost. One request at a
 * time writes it.
 */
export class HeldLease implements AsyncDisposable {
  readonly waitedMilliseconds: number;
  readonly #claimant: Claimant;
  readonly #context: Context;
  readonly #lost = new AbortController();
  /** Aborted with what `setNote` then rejects with. */
  readonly #end = new AbortController();
  #lease: Lease;
  #renewed: number;
  #turn: Promise<unknown> = Promise.resolve();
  #release: Promise<void> | undefined;

  constructor({ lease, sent, waitedMilliseconds }: TakenLease, claimant: Claimant, context: Context) {
    this.waitedMilliseconds = waitedMilliseconds;
    this.#claimant = claimant;
    this.#context = context;
    this.#lease = lease;
    this.#renewed = sent;
    void this.#keepRenewing();
    const late = () => void this.#loseWhenLate();
    void watchRenewals(() => this.#renewed, holdMilliseconds, late, this.#end.signal, context.clock);
  }

  /** Aborted with a UserError 'lock' when the lease could not be renewed in time, is somebody else's or was deleted. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** What the holder noted to be undone and has not taken back: of an earlier run that was killed, until it is changed. */
  get note(): string | undefined {
    return this.#lease.metadata.annotations?.[noteAnnotation];
  }

  /**
   * Writes the note before what it tells of is done; undefined takes it away. A lease with one that the next run needs belongs
   * to nobody, and stays. Rejects when the lease is no longer ours.
   */
  async setNote(note: string | undefined, isNeeded = note !== undefined): Promise<void> {
    using deadline = this.#limit(noteMilliseconds);
    const ownerReferences = ownersFor(this.#claimant, isNeeded);
    await this.#write({ annotations: { [noteAnnotation]: note ?? null }, ownerReferences }, deadline.signal);
  }

  /** Also when the run's own signal is aborted. Never rejects; a note that is there stays. */
  release(): Promise<void> {
    this.#release ??= this.#giveUp();
    return this.#release;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  async #giveUp(): Promise<void> {
    this.#end.abort(this.#error('was released already', 'this is a defect of backup-ns'));
    await freeLease(this.#claimant, this.#context);
  }

  async #keepRenewing(): Promise<void> {
    const { clock, log } = this.#context;
    let pause = renewMilliseconds;
    while (!this.#end.signal.aborted) {
      try {
        await clock.sleep(pause, this.#end.signal, asleep);
        using deadline = this.#limit(renewMilliseconds);
        await this.#write({}, deadline.signal);
        pause = renewMilliseconds;
      } catch (error) {
        pause = pauseAfterFailure;
        if (this.#end.signal.aborted || this.#loseWhenLate()) return;
        const fields = { namespace: this.#claimant.namespace, lease: leaseName, error: messageOf(error) };
        log.warn(fields, 'the lease of the namespace could not be renewed, trying on');
      }
    }
  }

  #loseWhenLate(): boolean {
    const isLate = this.#context.clock.monotonic() - this.#renewed >= holdMilliseconds;
    if (isLate)
      this.#lose(`could not be renewed for ${holdMilliseconds / 1000} seconds`, 'see why in the log');
    return isLate;
  }

  #write(metadata: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const written = this.#turn.then(() => retryOnConflict(() => this.#writeOnce(metadata, signal)));
    this.#turn = written.catch(() => {});
    return written;
  }

  /** Whatever is written renews the lease, provided that it is as we have seen it last. */
  async #writeOnce(metadata: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const { kube, clock } = this.#context;
    signal.throwIfAborted();
    const sent = clock.monotonic();
    const { resourceVersion } = this.#lease.metadata;
    const patch = { metadata: { ...metadata, resourceVersion }, spec: { renewTime: microTime(clock.now()) } };
    try {
      this.#lease = await kube.patch<Lease>(leases, this.#key, patch, { signal });
      this.#renewed = sent;
    } catch (error) {
      if (hasStatus(error, 409) || hasStatus(error, 404)) await this.#readAgain(signal);
      throw error;
    }
  }

  /** Somebody has changed it, or our own change has been made and the answer lost. It is ours, or this throws. */
  async #readAgain(signal: AbortSignal): Promise<void> {
    const found = await this.#context.kube.find<Lease>(leases, this.#key, { signal });
    const holder = holderOf(found);
    if (found && holder === this.#claimant.identity) this.#lease = found;
    else if (!found) throw this.#lose('was deleted', 'leave it where it is');
    else
      throw this.#lose(
        `is held by ${holder === undefined ? 'nobody' : quoted(holder)}`,
        'see in the log why it was not renewed',
      );
  }

  #lose(what: string, advice: string): UserError {
    const error = this.#error(what, `${advice}, and run the backup again`);
    this.#lost.abort(error);
    this.#end.abort(error);
    return error;
  }

  #error(what: string, advice: string): UserError {
    const which = `The Lease '${leaseName}' in namespace '${this.#claimant.namespace}'`;
    return new UserError('lock', `${which} ${what} while this backup was at work; ${advice}`);
  }

  #limit(milliseconds: number): Deadline {
    const what = `The Lease '${leaseName}' in namespace '${this.#claimant.namespace}' was not written`;
    return new Deadline(this.#context.clock, milliseconds, this.#end.signal, what);
  }

  get #key() {
    return { namespace: this.#claimant.namespace, name: leaseName };
  }
}
