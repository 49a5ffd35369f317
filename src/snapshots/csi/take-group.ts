import type { Context } from '../../context.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { MethodOptions, SnapshotMethod, SnapshotRequest, StepRunner } from '../snapshot-method.ts';
import { createGroup, type GroupRequest } from './group.ts';
import { changeMark } from '../change-mark.ts';
import { labelMember } from './label-member.ts';
import { label } from '../labels.ts';
import { unfinishedMark, type Unfinished } from '../unfinished.ts';
import { csiStore } from './store.ts';
import { waitForMembers } from './wait-for-members.ts';
import { groupsOf, single } from './kind.ts';
import { waitUntilCut } from '../taking/wait-until-cut.ts';
import type { GroupPlan } from './plan-group.ts';
import { requireAll, stageWhenCut, waitUntilAllCut, withMark } from '../taking/take-each.ts';

/**
 * All as one group, which is called as the first of its snapshots would be. The snapshots themselves get their names from
 * the snapshot controller, and their labels from us as soon as they are there.
 */
export class GroupMethod implements SnapshotMethod {
  readonly isSameMoment = true;
  readonly #requests: readonly SnapshotRequest[];
  readonly #request: GroupRequest;
  readonly #membersTimeoutMilliseconds: number;
  readonly #stageWhenCut: Unfinished | undefined;
  #group: KubeObject | undefined;
  #members: readonly SnapshotRequest[] = [];
  /** How long the app was at rest until all was cut. */
  #cutMilliseconds = 0;

  /** The requests are all of one namespace and one backup. */
  constructor(
    plan: GroupPlan,
    requests: readonly SnapshotRequest[],
    options: Pick<MethodOptions, 'isAwaited' | 'readyTimeoutMilliseconds'>,
  ) {
    const { api, snapshotClass, selector } = plan;
    const [{ namespace, name, labels }] = requests as [SnapshotRequest];
    const shared = [label.backup, label.type].map((key) => [key, labels[key] ?? ''] as const);
    const unfinished = unfinishedMark({ stage: 'uncut', of: requests.length });
    const className = snapshotClass.name;
    this.#request = {
      api,
      namespace,
      name,
      className,
      selector,
      labels: { ...Object.fromEntries(shared), [label.unfinished]: unfinished },
    };
    this.#requests = requests;
    this.#stageWhenCut = stageWhenCut(requests.length, options);
    this.#membersTimeoutMilliseconds = options.readyTimeoutMilliseconds;
  }

  get undo() {
    return { groups: [this.#request.name] };
  }

  async create(steps: StepRunner, context: Context): Promise<void> {
    const { namespace, name } = this.#request;
    await steps.run('snapshot', 'snapshot', `Creating ${this.#which}`, async () => {
      this.#group = await createGroup(this.#request, context);
    });
    context.log.info({ namespace, groupSnapshot: name }, 'created the group snapshot');
  }

  async waitUntilCut(timeoutMilliseconds: number, since: number, context: Context): Promise<void> {
    const kind = groupsOf(this.#request.api);
    await waitUntilCut(kind, this.#request, timeoutMilliseconds, context);
    this.#cutMilliseconds = context.clock.monotonic() - since;
  }

  finish(steps: StepRunner, context: Context): Promise<readonly SnapshotRequest[]> {
    return steps.run('members', 'snapshot', `Labelling the members of ${this.#which}`, () =>
      this.#labelMembers(context),
    );
  }

  async complete(context: Context): Promise<void> {
    if (!this.#stageWhenCut) return;
    const changes = this.#members.map((member) =>
      changeMark(member, undefined, { ...context, snapshots: csiStore }),
    );
    requireAll(await Promise.allSettled(changes));
  }

  async #labelMembers(context: Context): Promise<readonly SnapshotRequest[]> {
    const timeout = this.#membersTimeoutMilliseconds;
    const pvcs = this.#requests.map(({ pvc }) => pvc);
    const { name: group, className } = this.#request;
    const names = await waitForMembers(this.#group!, pvcs, timeout, context);
    const members = this.#requests.map((request) => ({
      ...request,
      name: names.get(request.pvc) ?? '',
      className,
      group,
    }));
    this.#members = members;
    await Promise.all(members.map((member) => labelMember(withMark(member, this.#stageWhenCut), context)));
    const { namespace } = this.#request;
    for (const { pvc, name: snapshot } of members) {
      context.log.info({ namespace, pvc, snapshot, groupSnapshot: group }, 'labelled the snapshot');
    }
    await waitUntilAllCut(
      single,
      members,
      timeout,
      context.clock.monotonic() - this.#cutMilliseconds,
      context,
    );
    const labels = { [label.unfinished]: null };
    const key = { namespace, name: group };
    await context.kube.patch(
      this.#request.api.snapshots,
      key,
      { metadata: { labels } },
      { signal: context.signal },
    );
    return members;
  }

  get #which(): string {
    return `VolumeGroupSnapshot '${this.#request.name}' in namespace '${this.#request.namespace}'`;
  }
}
