import { expect, test } from 'vitest';
import { chartSchema, withSettingNames } from '../../scripts/chart-schema.ts';

test("the chart's schema knows the settings of each CronJob; npm run docs writes them anew", () => {
  expect(chartSchema()).toEqual(withSettingNames(chartSchema()));
});

test("the chart's schema knows no setting that has a value of its own, and secrets as files, too", () => {
  const { enum: names } = chartSchema().properties.create.properties.settings.propertyNames;
  expect(names).toContain('BAK_DB_POSTGRES_PASSWORD_FILE');
  expect(names).not.toContain('TZ');
});
