import type { RestoreSettings } from './settings.ts';

/** What a person wants to be restored, and where. */
export type RestoreRequest = RestoreSettings & { readonly namespace: string };
