import { withSettingNames } from '../settings/setting-name.ts';
import { flagName } from '../settings/setting.ts';
import type { SettingsTable } from '../settings/schema.ts';
import { cronJobTables } from './known-settings.ts';

/**
 * Puts the names of variables and flags into what a use case says of settings. A command may speak of a setting that is
 * another's: what `retain` finds may be due to `create`.
 */
export function withNamesOf(table: SettingsTable): (text: string) => string {
  const nameOf = (key: string, asFlag: boolean): string | undefined => {
    const setting = [table, ...cronJobTables].find((one) => Object.hasOwn(one, key))?.[key];
    if (!setting) return undefined;
    return setting.place === 'variable' && !asFlag ? setting.name : `--${flagName(setting.name)}`;
  };
  return (text) => withSettingNames(text, nameOf);
}
