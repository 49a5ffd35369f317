export type Schema = Readonly<Record<string, unknown>>;

const text = { minLength: 1 };
const seconds = { minimum: 1 };
/** Two minutes: deletions stop a minute earlier. */
const longer = { minimum: 120 };
const texts = { additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } };
const objects = { items: { type: 'object' } };
const variables = {
  items: { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 1 } } },
};
const partOfName = { pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$', maxLength: 253 };

/** What a value is by its name, wherever it stands, besides the type of its default. */
const byName: Readonly<Record<string, Schema>> = {
  nameOverride: { ...partOfName, maxLength: 63 },
  fullnameOverride: partOfName,
  serviceAccountName: partOfName,
  claimName: partOfName,
  repository: text,
  digest: { pattern: '^(sha256:[0-9a-f]{64})?$' },
  pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
  schedule: text,
  timeZone: text,
  activeDeadlineSeconds: seconds,
  startingDeadlineSeconds: seconds,
  ttlSecondsAfterFinished: { type: ['integer', 'null'], minimum: 0 },
  nearDatabase: { enum: ['preferred', 'required', 'none'] },
  kind: { enum: ['none', 'hostPath', 'pvc'] },
  hostPath: { pattern: '^/.' },
  hooks: objects,
  extraEnv: variables,
  extraEnvFrom: objects,
  extraVolumes: objects,
  extraVolumeMounts: objects,
  extraEgress: objects,
  imagePullSecrets: objects,
  tolerations: objects,
  extraObjects: { items: { type: ['object', 'string'] } },
  apiServerPorts: { minItems: 1, items: { type: 'integer', minimum: 1, maximum: 65_535 } },
  commonLabels: texts,
  commonAnnotations: texts,
  podLabels: texts,
  podAnnotations: texts,
  databaseLabels: texts,
  nodeSelector: texts,
  annotations: texts,
};

const byPath: Readonly<Record<string, Schema>> = {
  'markAndDelete.activeDeadlineSeconds': longer,
};

/** The values that are sections: their keys are known. Other maps are passed on. */
export const sections: ReadonlySet<string> = new Set([
  'image',
  'create',
  'retain',
  'markAndDelete',
  'syncMetadata',
  'locks',
  'rbac',
  'serviceAccount',
  'networkPolicy',
]);

export function schemaOfValue(path: string, fallback: unknown, description: string | undefined): Schema {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const words = description === undefined ? {} : { description };
  return { ...words, ...typeOf(fallback), ...byName[name], ...byPath[path] };
}

function typeOf(value: unknown): Schema {
  if (typeof value === 'number') return { type: 'integer', minimum: 0 };
  if (Array.isArray(value)) return { type: 'array' };
  return { type: typeof value };
}
