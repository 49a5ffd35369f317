import { expect, test } from 'vitest';
import { requestInfo } from '../../../scripts/sandbox/api/request-info.ts';
import {
  cutWatch,
  execHang,
  goneInWatch,
  halfBody,
  reset,
  silence,
  status,
} from '../../../scripts/faults/fault.ts';
import { createRules } from '../../../scripts/faults/rules.ts';

const pods = '/api/v1/namespaces/shop/pods';
const getPod = requestInfo('GET', `${pods}/db-0`);
const listPods = requestInfo('GET', pods);
const watchPods = requestInfo('GET', `${pods}?watch=1`);
const execPod = requestInfo('GET', `${pods}/db-0/exec?command=true`);

test('a rule strikes from the nth matching request on, as often as it was told', () => {
  const rules = createRules();
  rules.inject({ verb: 'get', resource: 'pods', nth: 2, times: 2 }, silence());
  const requests = [getPod, listPods, getPod, listPods, getPod, getPod];
  const struck = requests.map((request) => rules.strike(request) !== undefined);
  expect(struck).toEqual([false, false, true, false, true, false]);
});

test.each([
  [{ verb: 'create' }, false],
  [{ group: '' }, true],
  [{ group: 'apps' }, false],
  [{ namespace: 'shop', name: 'db-0' }, true],
  [{ namespace: 'bakery' }, false],
  [{ name: 'db-1' }, false],
  [{ path: `${pods}/db-0` }, true],
  [{}, true],
])('a get of pod db-0 in shop against %j: %j', (match, expected) => {
  const rules = createRules();
  rules.inject(match, silence());
  expect(rules.strike(getPod) !== undefined).toBe(expected);
});

test('a resource means itself and not its subresources, unless they are named', () => {
  const rules = createRules();
  rules.inject({ resource: 'pods' }, reset('before'));
  rules.inject({ resource: 'pods', subresource: 'exec' }, reset('after'));
  expect(rules.strike(execPod)).toEqual(reset('after'));
  expect(rules.strike(getPod)).toEqual(reset('before'));
});

test('of two rules that are due, the first strikes and the other stays due', () => {
  const rules = createRules();
  rules.inject({ resource: 'pods' }, status(500));
  rules.inject({ resource: 'pods' }, status(503));
  const codes = [getPod, getPod, getPod].map((request) => rules.strike(request));
  expect(codes).toEqual([status(500), status(503), undefined]);
});

test('a rule counts the requests that another one struck', () => {
  const rules = createRules();
  rules.inject({ resource: 'pods' }, status(500));
  rules.inject({ resource: 'pods', nth: 2 }, status(503));
  expect([rules.strike(getPod), rules.strike(getPod)]).toEqual([status(500), status(503)]);
});

test.each([
  ['a broken-off watch', cutWatch(1), [watchPods]],
  ['a watch that is told 410', goneInWatch(), [watchPods]],
  ['a hung exec', execHang(), [execPod]],
  ['half a body', halfBody(), [getPod, listPods]],
  ['a reset', reset('after'), [getPod, listPods, watchPods, execPod]],
])('%s strikes only what it can', (_, fault, expected) => {
  const rules = createRules();
  rules.inject({ times: Infinity }, fault);
  const struck = [getPod, listPods, watchPods, execPod].filter((request) => rules.strike(request));
  expect(struck).toEqual(expected);
});

test('a rule that was cleared strikes no more', () => {
  const rules = createRules();
  rules.inject({}, silence());
  rules.clear();
  expect(rules.strike(getPod)).toBeUndefined();
});
