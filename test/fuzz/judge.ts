import { expect } from 'vitest';
import { CancelledError, messageOf, UserError } from '../../src/core/errors.ts';
import { KubeError } from '../../src/kube/error.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { annotation } from '../../src/snapshots/labels.ts';
import type { RecordedRequest } from '../../scripts/sandbox/api/server.ts';
import {
  claims,
  contents,
  events,
  groups,
  leases,
  namespaces,
  snapshots,
} from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import { honest } from './hostile-texts.ts';
import type { Ran } from './run-command.ts';

/** What a command may ask for: `verb resource`, and where. */
export interface Reach {
  readonly verbs: readonly string[];
  /** Namespaces in which it may address objects. */
  readonly namespaces: readonly string[];
}

/** Every segment of a path is a plain name, of which none leads elsewhere. */
const plainPath = /^\/apis?(?:\/[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?)+$/;
const knownQueries = new Set([
  'limit',
  'continue',
  'labelSelector',
  'fieldSelector',
  'watch',
  'resourceVersion',
  'resourceVersionMatch',
  'allowWatchBookmarks',
  'sendInitialEvents',
  'timeoutSeconds',
  'fieldManager',
  'dryRun',
  'container',
  'command',
  'stdin',
  'stdout',
  'stderr',
  'tty',
]);

/** Requests that the run was not meant to make. */
export function straysOf({ requests }: Ran, { verbs, namespaces }: Reach): string[] {
  // Each run that goes by a clock asks the API server for its own.
  const isMeant = ({ path, verb, resource, namespace, query }: RecordedRequest): boolean =>
    (verb === 'get' && path === '/version') ||
    (plainPath.test(path) &&
      !path.split('/').some((segment) => /^\.+$/.test(segment)) &&
      verbs.includes(`${verb} ${resource}`) &&
      (namespace === undefined || namespaces.includes(namespace)) &&
      [...query.keys()].every((key) => knownQueries.has(key)));
  return requests.filter((request) => !isMeant(request)).map(wordsOf);
}

export function wordsOf({ verb, path, query }: RecordedRequest): string {
  const { size } = query;
  return `${verb} ${path}${size > 0 ? `?${query.toString()}` : ''}`;
}

/** What was asked for of the honest tenant's things alone, in any order. */
export function honestRequests({ requests }: Ran): string[] {
  return requests
    .filter(({ namespace, name }) => namespace === honest.namespace || isHonestContent(name))
    .map(wordsOf)
    .toSorted();
}

function isHonestContent(name = ''): boolean {
  return (
    name.startsWith('content-of-data-') || name.startsWith('content-of-files-') || name === honest.content
  );
}

/** The honest tenant's things as they are now, but for what every write changes. */
export function honestState({ objects }: Sandbox): unknown[] {
  const { namespace } = honest;
  const own = [snapshots, groups, claims, leases, events].flatMap((kind) => objects.all(kind, namespace));
  const place = objects.find(namespaces, undefined, namespace);
  const its = objects.all(contents).filter(({ spec }) => refOf(spec)?.namespace === namespace);
  return [place, ...own, ...its].map((object) => object && blurred(object));
}

function refOf(spec: unknown): { namespace?: string } | undefined {
  return (spec as { volumeSnapshotRef?: { namespace?: string } } | undefined)?.volumeSnapshotRef;
}

function blurred(object: KubeObject): unknown {
  const { resourceVersion: _, managedFields: __, ...metadata } = object.metadata;
  const {
    [annotation.markedAt]: mark,
    [annotation.retainedBy]: by,
    ...annotations
  } = metadata.annotations ?? {};
  // When a run comes to it is not the same with others beside it.
  const { deletionTimestamp, ...others } = metadata;
  const happened = { isMarked: mark !== undefined, retainedBy: by?.slice(0, by.lastIndexOf(' ')) };
  return {
    ...object,
    metadata: { ...others, annotations, isDeleting: deletionTimestamp !== undefined, ...happened },
  };
}

/** What a result says of the honest tenant. */
export function honestResult({ result = {} }: Ran): unknown {
  const lists = Object.entries(result).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
  return Object.fromEntries(lists.map(([key, all]) => [key, all.filter(isHonest)]));
}

/** What the log says of it, in any order. */
export function honestLog({ log }: Ran): string[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(isHonest)
    .map((line) => JSON.stringify({ ...line, time: undefined }))
    .toSorted();
}

function isHonest(one: unknown): boolean {
  return (one as { namespace?: unknown }).namespace === honest.namespace;
}

/** Words of a program that has come to where it never was meant to. */
const defects =
  /is not a function|is not iterable|Cannot (?:read|set|convert|destructure|mix)|\bundefined\b|is not defined|Invalid (?:time value|array length|regular|count|code point|string)|call stack|out of memory|\[object |\bNaN\b|must be of type|is not an object name|in JSON at|toISOString|the sandbox failed/;

/** Without what is quoted: foreign text may have any words. */
function isDefect(words: string): boolean {
  return defects.test(words.replaceAll(/'[^']*'|"[^"]*"/g, ''));
}

/** An error that a person can do something about; or the words that give away that nobody has thought of this. */
export function defectsOf({ error, log, result = {} }: Ran): string[] {
  const found: string[] = [];
  const isExpected =
    error === undefined ||
    error instanceof UserError ||
    error instanceof CancelledError ||
    error instanceof KubeError;
  if (!isExpected) found.push(`threw ${messageOf(error)}`);
  const { failed = [] } = result as { failed?: readonly { error: string }[] };
  found.push(...failed.map((one) => one.error).filter(isDefect));
  for (const line of log.split('\n')) {
    if (!line.includes('"level":"error"') && !line.includes('"level":"warn"')) continue;
    const { reason, error: words, msg } = JSON.parse(line) as Record<string, unknown>;
    found.push(...[reason, words, msg].map(String).filter((text) => text !== 'undefined' && isDefect(text)));
  }
  return [...new Set(found)].map((words) => words.slice(0, 300));
}

/** Characters that would steer a terminal, or turn around what follows. */
// eslint-disable-next-line no-control-regex
const steering = /[^\P{Cc}\n]|\p{Bidi_Control}|[\u2028\u2029]/u;

/** Where a text that somebody reads has one, with some of what is around it. */
export function steeringIn({ log, terminal, printed, said }: Ran): string[] {
  const texts = Object.entries({ log, terminal, ...printed, said: said.join('\n') });
  return texts.flatMap(([where, text]) => {
    const at = text.search(steering);
    return at < 0 ? [] : [`${where}: ${JSON.stringify(text.slice(Math.max(0, at - 60), at + 20))}`];
  });
}

/** The longest that a line for people, or a reason in a result, may be. */
const longestLine = 8 * 1024;
const longestReason = 2 * 1024;

/** What grows with a text that is foreign. */
export function excessesIn({ log, terminal, printed, said, result = {} }: Ran): string[] {
  const { json: _, yaml: __, ...views } = printed;
  const texts = Object.entries({ log, terminal, ...views, said: said.join('\n') });
  const lines = texts.flatMap(([where, text]) =>
    text
      .split('\n')
      .filter((line) => line.length > longestLine)
      .slice(0, 3)
      .map((line) => `${where}: a line of ${line.length} characters, ${JSON.stringify(line.slice(0, 160))}`),
  );
  const all = Object.values(result).flatMap((field) => (Array.isArray(field) ? (field as unknown[]) : []));
  const reasons = all.flatMap((one) => {
    const { error, reason } = one as { error?: string; reason?: string };
    return [error, reason].filter((words) => words !== undefined && words.length > longestReason);
  });
  return [
    ...lines,
    ...reasons.slice(0, 3).map((words) => `a reason of ${words?.length} characters: ${words?.slice(0, 160)}`),
  ];
}

/** All that must hold of a run, whatever hostile tenants have written; `control` is the run without them. */
export function expectUnmoved(ran: Ran, control: Ran, reach: Reach): void {
  expect.soft(straysOf(ran, reach), 'requests that it was not meant to make').toEqual([]);
  expect.soft(honestRequests(ran), 'requests about the honest tenant').toEqual(honestRequests(control));
  expect.soft(honestResult(ran), 'the result of the honest tenant').toEqual(honestResult(control));
  expect.soft(honestLog(ran), 'what is said of the honest tenant').toEqual(honestLog(control));
  expect.soft(defectsOf(ran), 'errors that nobody meant').toEqual([]);
  expect.soft(steeringIn(ran), 'characters that steer a terminal').toEqual([]);
  expect.soft(excessesIn(ran), 'what grows with foreign text').toEqual([]);
}
