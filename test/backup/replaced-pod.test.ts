import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { freezeScript, thawScript } from '../../src/backup/quiesce/freeze-script.ts';
import type { ExecOptions } from '../../src/kube/kube.ts';
import { leases, pods } from '../../src/kube/resources.ts';
import { rejectionOf } from '../kube/fixtures.ts';
import { type FakeKube, kubeError } from '../support/fake-kube.ts';
import { object } from '../support/objects.ts';
import { databasePod, goodDump, Shop } from './shop.ts';

const hook = {
  name: 'rest',
  exec: 'deployment/db',
  container: 'postgres',
  before: ['app', 'pause'],
  after: ['app', 'resume'],
};
const settings = { BAK_HOOKS: JSON.stringify([hook]) };

function gone(pod: string) {
  return kubeError(404, 'NotFound', `pods "${pod}" not found`);
}

function unready(name: string) {
  const pod = databasePod(name);
  return { ...pod, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } };
}

/** An app that a hook brings to rest, and to whose pod something happens during the dump. */
class RestingShop extends Shop {
  /** The commands that a pod has carried out. */
  readonly done: string[] = [];
  /** Asked before each command; throws what the API server says. */
  refuse: (pod: string) => void = () => {};

  constructor(during: (shop: RestingShop) => void) {
    super();
    this.dump = () => {
      during(this);
      return Promise.resolve(goodDump);
    };
    this.hook = ({ pod, command }: ExecOptions) => {
      if (!this.kube.all(pods).some(({ metadata }) => metadata.name === pod)) throw gone(pod);
      this.refuse(pod);
      this.done.push(`${command[1]} ${pod}`);
      return Promise.resolve({});
    };
  }

  /** Lets time pass until the promise is settled. */
  async whileTimePasses<T>(work: Promise<T>): Promise<T> {
    const ended = work.then(
      () => true,
      () => true,
    );
    while (!(await Promise.race([ended, setImmediate(false)]))) this.context.clock.advance(500);
    return await work;
  }
}

/** A pod that is there once it has been looked for so often. */
function comesAfterLooks(kube: FakeKube, looks: number, name: string): void {
  const list = kube.list.bind(kube);
  let count = 0;
  kube.list = (resource, options) => {
    if (resource.plural === 'pods' && ++count === looks) kube.put(pods, databasePod(name));
    return list(resource, options);
  };
}

describe('an app whose pod was replaced while it was at rest', () => {
  it.each<[string, (shop: Shop) => void, readonly string[]]>([
    [
      'by one that is ready',
      ({ kube }) => {
        kube.remove(pods, 'db-1');
        kube.put(pods, databasePod('db-2'));
      },
      ['resume db-2'],
    ],
    [
      'by one that is not ready, as one at rest may be',
      ({ kube }) => {
        kube.remove(pods, 'db-1');
        kube.put(pods, unready('db-2'));
      },
      ['resume db-2'],
    ],
    [
      'while the old one is still there',
      ({ kube }) => {
        kube.put(pods, unready('db-1'));
        kube.put(pods, databasePod('db-2'));
      },
      ['resume db-1', 'resume db-2'],
    ],
    [
      'by nothing: it says that it is not ready',
      ({ kube }) => kube.put(pods, unready('db-1')),
      ['resume db-1'],
    ],
    [
      'while it is not clear which of two is meant',
      ({ kube }) => kube.put(pods, databasePod('db-2')),
      ['resume db-1'],
    ],
  ])('%s: is woken where it is', async (_, during, resumed) => {
    const shop = new RestingShop(during);
    await shop.whileTimePasses(shop.backup(settings));
    expect(shop.done).toEqual(['pause db-1', ...resumed]);
    expect(shop.note).toBeUndefined();
  });

  it('by one that comes up a while later is woken then', async () => {
    const shop = new RestingShop(({ kube }) => {
      kube.remove(pods, 'db-1');
      comesAfterLooks(kube, 6, 'db-2');
    });
    await shop.whileTimePasses(shop.backup(settings));
    expect(shop.done).toEqual(['pause db-1', 'resume db-2']);
  });

  it.each([
    ['whose container starts anew', kubeError(500, 'InternalError', 'container not found ("postgres")')],
    ['whose container is not up yet', kubeError(400, 'BadRequest', 'container postgres is not running')],
    ['that cannot be reached for a while', kubeError(503, 'ServiceUnavailable')],
  ])('%s is woken when it is there again', async (_, error) => {
    let times = 0;
    const shop = new RestingShop((during) => {
      during.refuse = () => {
        if (times++ < 3) throw error;
      };
    });
    await shop.whileTimePasses(shop.backup(settings));
    expect(shop.done).toEqual(['pause db-1', 'resume db-1']);
  });

  it('by none at all is said to be asleep, and the next run wakes it as soon as it is there', async () => {
    const shop = new RestingShop(({ kube }) => kube.remove(pods, 'db-1'));
    const error = await rejectionOf(shop.whileTimePasses(shop.backup(settings)));
    expect(error).toMatchObject({ reason: 'partial', result: { snapshots: [{ ready: true }] } });
    expect((error as Error).message).toContain(
      "Hook 'rest' after the backup, in namespace 'shop', failed: There is no pod of deployment 'db'",
    );
    expect(JSON.parse(shop.note ?? '')).toMatchObject({ hooks: ['rest'] });

    const next = new RestingShop(() => {});
    next.kube.remove(pods, 'db-1');
    for (const lease of shop.kube.all(leases)) next.kube.put(leases, lease);
    comesAfterLooks(next.kube, 6, 'db-3');
    await next.whileTimePasses(next.backup(settings));
    expect(next.done).toEqual(['resume db-3', 'pause db-3', 'resume db-3']);
  });
});

/** Its freeze ends with its pod, which is gone without having thawed it. */
function frozenShop(during: (shop: RestingShop) => void): RestingShop {
  const shop = new RestingShop(() => {});
  const exec = shop.kube.onExec;
  shop.kube.onExec = (options) => {
    const { pod, command, stdout } = options;
    if (command[2] === freezeScript) {
      stdout?.write('frozen=yes\n');
      return new Promise((_, reject) => {
        const { onCreate } = shop.kube;
        shop.kube.onCreate = (created) => {
          onCreate(created);
          if (created.kind !== 'VolumeSnapshot') return;
          during(shop);
          reject(kubeError(0, 'ConnectionLost', 'the connection was lost'));
        };
      });
    }
    if (command[2] !== thawScript) return exec(options);
    if (!shop.kube.all(pods).some(({ metadata }) => metadata.name === pod)) throw gone(pod);
    shop.done.push(`thaw in ${pod}`);
    stdout?.write('thawed\n');
    return Promise.resolve(0);
  };
  return shop;
}

describe('a filesystem whose pod was replaced while it was frozen', () => {
  const frozen = { BAK_QUIESCE: 'fsfreeze', BAK_DB_POSTGRES: '', BAK_DB_SKIP: 'true' };

  it('is thawed in the pod that has it mounted now', async () => {
    const shop = frozenShop(({ kube }) => {
      kube.remove(pods, 'db-1');
      kube.put(pods, databasePod('db-2'));
    });
    expect(await rejectionOf(shop.whileTimePasses(shop.backup(frozen)))).toMatchObject({
      reason: 'snapshot',
    });
    expect(shop.done).toEqual(['thaw in db-2']);
    expect(shop.note).toBeUndefined();
  });

  it('by none stays written down, and is thawed by the next run', async () => {
    const shop = frozenShop(({ kube }) => kube.remove(pods, 'db-1'));
    await rejectionOf(shop.whileTimePasses(shop.backup(frozen)));
    expect(JSON.parse(shop.note ?? '')).toMatchObject({ frozen: ['data'] });

    const next = frozenShop(() => {});
    const annotations = { 'backup-ns.sh/quiesced': shop.note ?? '' };
    next.kube.put(leases, object('Lease', { name: 'backup-ns', annotations }, { spec: {} }));
    await rejectionOf(next.whileTimePasses(next.backup(frozen)));
    expect(next.done[0]).toBe('thaw in db-1');
  });
});
