import { boolean } from './formats.ts';
import { flag } from './setting.ts';

/** Of every command that asks before it destroys something. */
export const yesFlag = flag('yes', boolean, 'Do not ask', 'y');
