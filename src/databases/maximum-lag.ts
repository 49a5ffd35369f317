import { duration } from '../settings/formats.ts';
import { setting, type Setting } from '../settings/setting.ts';

/** In milliseconds. The prefix is that of the engine's settings. */
export function maximumLag(prefix: string): Setting<number> {
  return setting(
    `${prefix}_MAX_LAG`,
    duration,
    '1h',
    'How far behind its primary a replica may be that is dumped; one that does not say is dumped with a warning',
  );
}
