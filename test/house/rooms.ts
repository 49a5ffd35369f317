/**
 * The rooms of `src`, from the ground up: a file imports from its own room and from those before it, never from one after
 * it. Rooms of one storey stand in the order in which they may use each other.
 */
export const rooms = [
  // Ground: knows nothing of backups.
  'core',
  'settings',
  'kube',
  'context.ts',
  'caller.ts',
  'locks',
  'pods',
  'record',
  // Things, each in kinds.
  'databases',
  'snapshots',
  // Use cases.
  'orphans',
  'retention',
  'catalogue',
  'restore',
  'backup',
  'recall',
  'status',
  'job',
  'doctor',
  // Faces.
  'cli',
  'main.ts',
] as const;
