import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Shop } from './shop.ts';

/** Where the story happens, and when it ends. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly shop: Shop;
  readonly now: Date;
}
