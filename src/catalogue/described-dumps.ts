import { isRecord } from '../kube/object.ts';

/** A dump on a snapshot, or many of one server, as the backup has recorded it: nothing is there that cannot be read. */
export interface DescribedDump {
  readonly engine?: string | undefined;
  /** Of the server. */
  readonly version?: string | undefined;
  /** Of the tool that made it. */
  readonly toolVersion?: string | undefined;
  /** Absent for roles and other globals. */
  readonly database?: string | undefined;
  /** The database whose owner, rights and settings these are. */
  readonly propertiesOf?: string | undefined;
  /** In the database's container; of many, of the list of them. */
  readonly path?: string | undefined;
  readonly bytes?: number | undefined;
  /** Of the dump; of many, of the list of them. */
  readonly sha256?: string | undefined;
  readonly completedAt?: string | undefined;
  /** How many there are, where they are recorded together. */
  readonly dumps?: number | undefined;
  /** How far a server that follows another was behind; null when that was not known. Absent of one that follows none. */
  readonly lagSeconds?: number | null | undefined;
  readonly warnings: readonly string[];
}

/** Of what anybody looks at; a backup records no more than that. */
const most = { dumps: 500, warnings: 20, characters: 4096 };

/** Undefined where the annotation cannot be read: whoever may write to a snapshot may write anything there. */
export function describedDumps(annotation: string | undefined): readonly DescribedDump[] | undefined {
  if (annotation === undefined) return [];
  try {
    const parsed: unknown = JSON.parse(annotation);
    if (!Array.isArray(parsed)) return undefined;
    return parsed.filter(isRecord).slice(0, most.dumps).map(describedDump);
  } catch {
    return undefined;
  }
}

function describedDump(entry: Record<string, unknown>): DescribedDump {
  const list = isRecord(entry['list']) ? entry['list'] : undefined;
  const { replica, warnings } = entry;
  return {
    engine: text(entry['engine']),
    version: text(entry['version']),
    toolVersion: text(entry['toolVersion']),
    database: text(entry['database']),
    propertiesOf: text(entry['propertiesOf']),
    path: text((list ?? entry)['path']),
    bytes: count(entry['bytes']),
    sha256: digest((list ?? entry)['sha256']),
    completedAt: text(entry['completedAt']),
    ...(list && { dumps: count(entry['dumps']) }),
    ...(isRecord(replica) && { lagSeconds: count(replica['lagSeconds']) ?? null }),
    warnings: (Array.isArray(warnings) ? warnings : [])
      .flatMap((one) => text(one) ?? [])
      .slice(0, most.warnings),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= most.characters ? value : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function digest(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : undefined;
}
