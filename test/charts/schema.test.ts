import { expect, it } from 'vitest';
import { helm, render } from './helm.ts';

const release = (values: Record<string, unknown>) => render(helm!, { name: 'a', namespace: 'shop', values });

it.skipIf(helm === undefined).each([
  ['create', 'BAK_PVC_NMAE'],
  ['create', 'TZ'],
  ['retain', 'RETAIN_LAST_DAYLY'],
  ['markAndDelete', 'MARK_AND_DELETE_PAUSES'],
  ['syncMetadata', 'RETAIN_NAMESPACES'],
])('helm refuses a name in %s.settings that is not one of its settings: %s', async (value, name) => {
  await expect(release({ [value]: { settings: { [name]: 'x' } } })).rejects.toThrow(`'${name}'`);
});

it.skipIf(helm === undefined)('helm takes the settings of each CronJob by their names', async () => {
  const settings = { BAK_PVC_NAME: 'data', BAK_DB_POSTGRES_EXEC_RESOURCE: 'deployment/app' };
  const create = { settings: { ...settings, BAK_DB_POSTGRES_PASSWORD_FILE: '/secret' } };
  const objects = await release({ create, retain: { enabled: true, settings: { RETAIN_LAST_YEARLY: 3 } } });
  expect(JSON.stringify(objects)).toContain('{"name":"RETAIN_LAST_YEARLY","value":"3"}');
});
