import type { Logger } from 'pino';
import { messageOf } from '../core/errors.ts';
import type { Clock } from '../core/system.ts';
import type { Kube } from './kube.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resources.ts';

interface Place {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

type Words = Readonly<Record<string, unknown>>;

/** The same, with a line of the log for each call: what was asked for, and how long that took. Never what was sent or came. */
export function loggedKube(kube: Kube, log: Pick<Logger, 'debug'>, clock: Pick<Clock, 'monotonic'>): Kube {
  const timed = (verb: string, words: Words) => {
    const start = clock.monotonic();
    const say = (ending: string, more: Words) =>
      log.debug(
        { ...words, ...more, milliseconds: Math.round(clock.monotonic() - start) },
        `${verb}${ending}`,
      );
    return {
      done: (more: Words = {}) => say('', more),
      failed: (error: unknown) => say(' failed', { reason: messageOf(error) }),
    };
  };
  const told = async <T>(verb: string, words: Words, call: () => Promise<T>): Promise<T> => {
    const line = timed(verb, words);
    try {
      const answer = await call();
      line.done();
      return answer;
    } catch (error) {
      line.failed(error);
      throw error;
    }
  };
  const onEach = async function* <T>(verb: string, words: Words, all: AsyncIterable<T>): AsyncGenerator<T> {
    const line = timed(verb, words);
    let count = 0;
    let hasFailed = false;
    try {
      for await (const one of all) {
        count++;
        yield one;
      }
    } catch (error) {
      hasFailed = true;
      line.failed(error);
      throw error;
    } finally {
      // Also for who does not want the rest.
      if (!hasFailed) line.done({ count });
    }
  };
  const of = ({ plural }: Pick<Resource, 'plural'>, { namespace, name }: Place) => ({
    resource: plural,
    namespace,
    name,
  });
  return {
    namespace: kube.namespace,
    get: (resource, key, options) => told('get', of(resource, key), () => kube.get(resource, key, options)),
    find: (resource, key, options) =>
      told('find', of(resource, key), () => kube.find(resource, key, options)),
    list: <T extends KubeObject>(...[resource, options]: Parameters<Kube['list']>) => {
      const { namespace, labelSelector } = options;
      return onEach(
        'list',
        { ...of(resource, { namespace }), labelSelector },
        kube.list<T>(resource, options),
      );
    },
    watch: <T extends KubeObject>(...[resource, options]: Parameters<Kube['watch']>) => {
      const { namespace, labelSelector } = options;
      return onEach(
        'watch',
        { ...of(resource, { namespace }), labelSelector },
        kube.watch<T>(resource, options),
      );
    },
    log: (options) => {
      const { namespace, pod, container } = options;
      return onEach('log', { namespace, pod, container }, kube.log(options));
    },
    create: (resource, manifest, options) =>
      told('create', of(resource, manifest.metadata), () => kube.create(resource, manifest, options)),
    patch: (resource, key, body, options) =>
      told('patch', of(resource, key), () => kube.patch(resource, key, body, options)),
    apply: (resource, manifest, options) =>
      told('apply', of(resource, manifest.metadata), () => kube.apply(resource, manifest, options)),
    delete: (resource, key, options) =>
      told('delete', of(resource, key), () => kube.delete(resource, key, options)),
    serverTime: (options) => told('ask for the time', {}, () => kube.serverTime(options)),
    serverVersion: (options) => told('ask for the version', {}, () => kube.serverVersion(options)),
    exec: (options) => {
      const { namespace, pod, container } = options;
      return told('exec', { namespace, pod, container }, () => kube.exec(options));
    },
    close: () => kube.close(),
  };
}
