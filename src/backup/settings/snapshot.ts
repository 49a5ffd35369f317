import { ordinaryTiers, type RetainPolicy } from '../../snapshots/tiers.ts';
import { boolean, duration, integer, oneOf } from '../../settings/formats.ts';
import { labelValue } from '../../settings/kubernetes-formats.ts';
import { buildWanted, csiTable } from '../../snapshots/csi/settings.ts';
import { tierList } from '../../snapshots/tier-formats.ts';
import type { Values } from '../../settings/schema.ts';
import { optionalSetting, setting, type Format } from '../../settings/setting.ts';

const defaultTemplate = '{{ .pvcName }}-{{ .timestamp }}-{{ .rand }}';

/** Known to the scheme. Names have one form here, so only the template that means this form is taken. */
const nameTemplate: Format<string> = {
  usage: '<template>',
  parse: (text) =>
    text.replaceAll(/\s/g, '') === defaultTemplate.replaceAll(' ', '')
      ? { value: text }
      : { expected: `left empty or '${defaultTemplate}': this version has no other form of snapshot names` },
};

export const snapshotTable = {
  ...csiTable,
  nameTemplate: optionalSetting(
    'BAK_VS_NAME_TEMPLATE',
    nameTemplate,
    'The template of snapshot names; only the default one is supported',
  ),
  nameRandomLength: setting(
    'BAK_VS_RAND',
    integer(4, 16, "how many random characters end the snapshot's name, a whole number"),
    '6',
    "How many random characters the snapshot's name ends with",
  ),
  waitUntilReady: setting(
    'BAK_VS_WAIT_UNTIL_READY',
    boolean,
    'true',
    'Wait until the snapshot is ready to use',
  ),
  readyTimeout: setting(
    'BAK_VS_WAIT_UNTIL_READY_TIMEOUT',
    duration,
    '15m',
    'How long to wait until the snapshot is ready',
  ),
  labelType: setting(
    'BAK_LABEL_VS_TYPE',
    labelValue,
    'adhoc',
    "The label 'type': cronjob, adhoc or any other text",
  ),
  labelPod: optionalSetting('BAK_LABEL_VS_POD', labelValue, "The label 'pod': the pod that makes the backup"),
  labelRetain: setting(
    'BAK_LABEL_VS_RETAIN',
    oneOf(['days', 'daily_weekly_monthly']),
    'days',
    'How the snapshot is kept: for a number of days, or in the daily, weekly and monthly tiers',
  ),
  labelTiers: setting(
    'BAK_LABEL_VS_TIERS',
    tierList,
    ordinaryTiers.join(','),
    'The tiers that the snapshot may stand for, with BAK_LABEL_VS_RETAIN=daily_weekly_monthly; `last` is every backup',
  ),
  labelRetainDays: setting(
    'BAK_LABEL_VS_RETAIN_DAYS',
    integer(1, 36_500),
    '30',
    'How many days the snapshot is kept, with BAK_LABEL_VS_RETAIN=days',
  ),
  labelKeepDays: setting(
    'BAK_LABEL_VS_KEEP_DAYS',
    integer(0, 36_500),
    '14',
    'How many days a backup that a person made is kept at least, with BAK_LABEL_VS_RETAIN=daily_weekly_monthly; with 0 it is treated as one of a schedule. Who made it is read from the Job of BAK_LABEL_VS_POD, otherwise from the type: adhoc means a person',
  ),
};

export function buildSnapshot(values: Values<typeof snapshotTable>) {
  return {
    ...buildWanted(values),
    nameRandomLength: values.nameRandomLength,
    waitUntilReady: values.waitUntilReady,
    readyTimeoutMilliseconds: values.readyTimeout,
  };
}

export function buildLabels(values: Values<typeof snapshotTable>) {
  const retain: RetainPolicy =
    values.labelRetain === 'days'
      ? { policy: 'days', days: values.labelRetainDays }
      : { policy: 'daily_weekly_monthly', tiers: values.labelTiers };
  return { type: values.labelType, pod: values.labelPod, retain, keepDays: values.labelKeepDays };
}
