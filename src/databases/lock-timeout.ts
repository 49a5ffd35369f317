import { limitOrNone } from '../settings/formats.ts';
import { setting, type Setting } from '../settings/setting.ts';

/** In milliseconds, Infinity for no limit. The prefix is that of the engine's settings. */
export function lockTimeout(prefix: string): Setting<number> {
  return setting(
    `${prefix}_LOCK_TIMEOUT`,
    limitOrNone,
    '5m',
    'How long a dump may wait for a lock that another session holds, until it is given up; none: for ever',
  );
}
