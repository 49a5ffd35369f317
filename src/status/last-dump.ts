import { isRecord } from '../kube/object.ts';

/** What a snapshot records of the dumps on it, as far as a person wants to know it at a glance. */
export interface LastDump {
  readonly engines: readonly string[];
  /** Of databases and of globals. */
  readonly dumps: number;
  readonly bytes: number;
  readonly completedAt?: string | undefined;
}

const maximumEngines = 8;
const maximumText = 40;

/** Undefined where the annotation is missing, empty or unreadable: whoever may write to a snapshot may write anything there. */
export function readLastDump(annotation: string | undefined): LastDump | undefined {
  const entries = entriesOf(annotation);
  if (entries.length === 0) return undefined;
  const names = entries.flatMap(({ engine }) => (isShort(engine) ? [engine] : []));
  const times = entries.flatMap(({ completedAt }) => (isTime(completedAt) ? [completedAt] : []));
  return {
    engines: [...new Set(names)].slice(0, maximumEngines),
    dumps: sum(entries.map(({ dumps, propertiesOf }) => dumps ?? (propertiesOf === undefined ? 1 : 0))),
    bytes: sum(entries.map(({ bytes }) => bytes)),
    completedAt: times.toSorted().at(-1),
  };
}

function entriesOf(annotation: string | undefined): readonly Record<string, unknown>[] {
  if (annotation === undefined) return [];
  try {
    const parsed: unknown = JSON.parse(annotation);
    return Array.isArray(parsed) ? parsed.filter(isRecord) : [];
  } catch {
    return [];
  }
}

function isShort(text: unknown): text is string {
  return typeof text === 'string' && text.length > 0 && text.length <= maximumText;
}

function isTime(text: unknown): text is string {
  return isShort(text) && /^\d{4}-\d\d-\d\dT[\d:.]{8,16}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

function sum(values: readonly unknown[]): number {
  const numbers = values.filter(
    (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  );
  return (numbers as number[]).reduce((total, number) => total + number, 0);
}
