import { describe, expect, it } from 'vitest';
import { doWhereItIsNow } from '../../../src/backup/quiesce/where-it-is-now.ts';
import { UserError } from '../../../src/core/errors.ts';
import { problem } from '../../../src/core/finding.ts';
import { testContext } from '../../support/context.ts';
import { FakeKube, kubeError } from '../../support/fake-kube.ts';
import { skippingClock } from '../../locks/support.ts';

const place = (pod: string) => ({ container: { namespace: 'shop', pod, container: 'app' } });
const away = kubeError(404, 'NotFound', 'the pod is away');
const refused = new UserError('snapshot', 'it ended with exit status 1');

/** What is done where, and how it ends, for a thing that `was` in one pod and `is` in another. */
async function undo(was: string | undefined, is: string | undefined, fails: Record<string, Error> = {}) {
  const context = testContext(new FakeKube(), skippingClock());
  const done: string[] = [];
  const find = () => Promise.resolve(is === undefined ? problem('no pod has it') : { found: place(is) });
  const act = ({ container: { pod } }: ReturnType<typeof place>): Promise<void> => {
    done.push(pod);
    return fails[pod] ? Promise.reject(fails[pod]) : Promise.resolve();
  };
  const whereabouts = { was: was === undefined ? undefined : place(was), find };
  const ended = await doWhereItIsNow(whereabouts, act, context).then(
    () => 'well',
    (error: unknown) => error,
  );
  return { ended, done: [...new Set(done)], times: done.length, context };
}

describe('what is undone where it is now', () => {
  it.each<[string, string | undefined, string | undefined, Record<string, Error>, readonly string[]]>([
    ['where it was', 'old', 'old', {}, ['old']],
    ['where it was, when there is no other', 'old', undefined, {}, ['old']],
    ['in the pod that has taken its place as well', 'old', 'new', {}, ['old', 'new']],
    ['in the pod that has taken its place alone', 'old', 'new', { old: away }, ['old', 'new']],
    ['though the old pod refuses it', 'old', 'new', { old: refused }, ['old', 'new']],
    ['where it is, by who does not know where it was', undefined, 'new', {}, ['new']],
  ])('is so %s', async (_, was, is, fails, done) => {
    const undone = await undo(was, is, fails);
    expect(undone).toMatchObject({ ended: 'well', done, times: done.length });
    const warnings = undone.context.lines.map(({ pod, msg }) => `${String(pod)}: ${msg}`);
    const words = 'old: the pod was replaced, the old one cannot be woken';
    expect(warnings).toEqual(fails['old'] ? [words] : []);
  });

  it.each<[string, string | undefined, string | undefined, Record<string, Error>, string]>([
    ['where it was', 'old', 'old', { old: away }, 'the pod is away'],
    ['where it was, when there is no other', 'old', undefined, { old: away }, 'no pod has it'],
    ['where it is now', 'old', 'new', { new: away }, 'the pod is away'],
    ['anywhere', undefined, undefined, {}, 'no pod has it'],
  ])('is tried for half a minute when it cannot be reached %s', async (_, was, is, fails, words) => {
    const { ended, context } = await undo(was, is, fails);
    expect(ended).toMatchObject({ message: words });
    const waited = context.clock.monotonic();
    expect(waited).toBeGreaterThan(20_000);
    expect(waited).toBeLessThanOrEqual(30_000);
  });

  it.each<[string, string | undefined, string | undefined, Record<string, Error>]>([
    ['where it was', 'old', 'old', { old: refused }],
    ['where it was, when there is no other', 'old', undefined, { old: refused }],
    ['where it is now', 'old', 'new', { new: refused }],
  ])('is not tried again when it was refused %s', async (_, was, is, fails) => {
    const { ended, context } = await undo(was, is, fails);
    expect(ended).toBe(refused);
    expect(context.clock.monotonic()).toBe(0);
  });
});
