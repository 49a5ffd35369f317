import { readFileSync } from 'node:fs';
import { messageOf } from '../errors.ts';
import { isServiceLink, type Environment } from './known.ts';
import { fileVariable, nameOf, type Machine, type Setting } from './setting.ts';

/** Where settings come from; main passes `process.env` and what commander parsed. */
export interface Sources {
  readonly environment: Environment;
  /** What the command line says, by the names of the settings, as `flagsGiven` returns it. */
  readonly flags: Readonly<Record<string, string>>;
  readonly machine: Machine;
}

export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** The text of one setting, `undefined` when it is neither given nor has a default; or why it cannot be had. */
export type Found =
  | { readonly text: string | undefined; readonly origin: Origin }
  | { readonly problem: string; readonly origin: Origin };

/** A flag beats the environment. */
export function find(setting: Setting<unknown>, sources: Sources): Found {
  return (
    findIn('flag', setting, sources.flags) ??
    (setting.place === 'variable'
      ? findIn('environment', setting, withoutServiceLinks(setting, sources.environment))
      : undefined) ?? {
      text: fallbackText(setting, sources.machine),
      origin: 'default',
    }
  );
}

function fallbackText({ fallback }: Setting<unknown>, machine: Machine): string | undefined {
  return typeof fallback === 'object' ? fallback.compute(machine) : fallback;
}

/** An empty variable is unset, as CronJob templates often leave them; an empty flag is a mistake of the caller's shell. */
function findIn(
  origin: 'flag' | 'environment',
  setting: Setting<unknown>,
  given: Environment,
): Found | undefined {
  const { name, isSecret } = setting;
  const file = { ...setting, name: fileVariable(name) };
  const text = given[name];
  const path = isSecret ? given[file.name] : undefined;
  if (origin === 'flag' && text === '') return { problem: emptyFlag(setting), origin };
  if (origin === 'flag' && path === '') return { problem: emptyFlag(file), origin };
  if (text && path)
    return { problem: `${nameOf(setting)} and ${nameOf(file)} are both given; keep one`, origin };
  if (path) return readSecret(nameOf(file), path);
  return text ? { text, origin } : undefined;
}

function emptyFlag(setting: Setting<unknown>): string {
  return `${nameOf(setting)} is given without a value; give one, or leave the flag out`;
}

/** Editors and `kubectl create secret --from-file` leave one newline at the end; it is no part of a secret. */
function readSecret(name: string, path: string): Found {
  const origin = 'file';
  try {
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return text === ''
      ? { problem: `${name} is '${path}', which is empty; put the secret there`, origin }
      : { text, origin };
  } catch (error) {
    return {
      problem: `${name} is '${path}', which cannot be read (${messageOf(error)}); mount the secret there or correct the path`,
      origin,
    };
  }
}

function withoutServiceLinks({ name }: Setting<unknown>, environment: Environment): Environment {
  return isServiceLink(name, environment[name]) ? {} : environment;
}
