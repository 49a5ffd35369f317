import { afterAll, beforeAll } from 'vitest';
import { accessContract } from './access.ts';
import { addressesContract } from './addresses.ts';
import { applyContract } from './apply.ts';
import { bindingsContract } from './bindings.ts';
import { contentsContract } from './contents.ts';
import { createContract } from './create.ts';
import { deletionContract } from './deletion.ts';
import { execContract } from './exec.ts';
import { terminalContract } from './exec-in-terminal.ts';
import { changeFaultsContract } from './faults-of-changes.ts';
import { createFaultsContract } from './faults-of-creates.ts';
import { execFaultsContract } from './faults-of-execs.ts';
import { listFaultsContract } from './faults-of-lists.ts';
import { requestFaultsContract } from './faults-of-requests.ts';
import { snapshotFaultsContract } from './faults-of-snapshots.ts';
import { watchFaultsContract } from './faults-of-watches.ts';
import { finalizersContract } from './finalizers.ts';
import { garbageContract } from './garbage.ts';
import { groupsContract } from './groups.ts';
import { historyContract } from './history.ts';
import { jsonPatchContract } from './json-patches.ts';
import { kindsContract } from './kinds.ts';
import { pagingContract } from './paging.ts';
import { patchContract } from './patches.ts';
import { podsContract } from './pods.ts';
import { rolesContract } from './roles.ts';
import { selectorContract } from './selectors.ts';
import type { ContractServer } from './server.ts';
import { snapshotsContract } from './snapshots.ts';
import { unseenContentsContract } from './unseen-contents.ts';
import { updateContract } from './update.ts';
import { validationContract } from './validation.ts';
import { volumesContract } from './volumes.ts';
import { watchContract } from './watch.ts';

/** What a Kubernetes API server does, as far as this project stands on it. To be called in a test file, once. */
export function contractSuite(open: () => Promise<ContractServer>): void {
  let opened: ContractServer | undefined;
  const server = (): ContractServer => {
    if (opened === undefined) throw new Error('the server under contract is not open yet');
    return opened;
  };
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
  });
  for (const topic of topics) topic(server);
}

/** The last one disturbs the others. */
const topics = [
  createContract,
  validationContract,
  updateContract,
  kindsContract,
  addressesContract,
  patchContract,
  jsonPatchContract,
  applyContract,
  deletionContract,
  finalizersContract,
  garbageContract,
  selectorContract,
  pagingContract,
  watchContract,
  accessContract,
  rolesContract,
  bindingsContract,
  podsContract,
  execContract,
  terminalContract,
  volumesContract,
  snapshotsContract,
  contentsContract,
  unseenContentsContract,
  groupsContract,
  requestFaultsContract,
  createFaultsContract,
  snapshotFaultsContract,
  changeFaultsContract,
  listFaultsContract,
  watchFaultsContract,
  execFaultsContract,
  historyContract,
];
