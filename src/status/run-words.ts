import { humanAge } from '../core/human-age.ts';
import { quoted, shown } from '../core/quoted.ts';
import type { Run } from './facts.ts';
import type { Problem } from './line.ts';

export function problem({ name }: Run, what: string, todo: string): Problem {
  return { what: `Job ${quoted(name)} ${what}`, todo };
}

export function describe(kind: string, namespace: string, name: string): string {
  return `kubectl -n ${shown(namespace)} describe ${kind} ${shown(name)}`;
}

export function lasting(time: number, now: number): string {
  return humanAge(new Date(time), new Date(now));
}

export function iso(time: number): string {
  return new Date(time).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
}
