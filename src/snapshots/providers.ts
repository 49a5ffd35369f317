import { csi } from './csi/provider.ts';
import { longhorn } from './longhorn/provider.ts';
import type { SnapshotProvider } from './provider.ts';

/** All that there are. A new one is a folder beside `csi`, and a line here. */
export const providers: readonly SnapshotProvider[] = [csi, longhorn];

/** What is used where nobody has chosen. */
export const defaultProvider: SnapshotProvider = csi;
