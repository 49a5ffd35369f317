import { objectName } from '../settings/kubernetes-formats.ts';
import { optionalSetting, secretSetting, type Format, type Setting } from '../settings/setting.ts';

/** Where the end of a run is told. */
export interface RecordSettings {
  /** Ours, of which the Job and its CronJob get an event; undefined where none is known. */
  readonly pod: string | undefined;
  readonly metrics: MetricsSettings | undefined;
}

export interface MetricsSettings {
  /** Without a slash at its end. */
  readonly url: string;
  /** Empty without one. */
  readonly authorization: string;
}

const expectedUrl =
  'an http or https URL without user, password, query and fragment, such as http://pushgateway.monitoring:9091';

const plainUrl: Format<string> = {
  usage: '<url>',
  parse(text) {
    const url = URL.parse(text);
    const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
    const isPlain = url && `${url.origin}${url.pathname}` === url.href && !/[\s\p{Cc}\\]/u.test(text);
    return isWeb && isPlain ? { value: url.href.replace(/(?<!\/)\/+$/, '') } : { expected: expectedUrl };
  },
  /** A path may be a token. */
  shown(text) {
    const parsed = this.parse(text);
    if ('expected' in parsed) return '***';
    const { origin, pathname } = new URL(parsed.value);
    return pathname === '/' ? origin : `${origin}/***`;
  },
};

const headerValue: Format<string> = {
  usage: '<text>',
  parse: (text) =>
    /^(?:[\x21-\x7e]+ [\x21-\x7e]+)?$/.test(text)
      ? { value: text }
      : { expected: "a scheme and a credential, such as 'Bearer …' or 'Basic …'" },
};

/** `what` has ended when the metrics are pushed: `the backup`. */
export function metricsTable(prefix: string, what: string) {
  return {
    metricsUrl: optionalSetting(
      `${prefix}_METRICS_PUSH_URL`,
      plainUrl,
      `The URL of the Pushgateway that is told how ${what} ended (default: none)`,
    ),
    metricsAuthorization: secretSetting(
      `${prefix}_METRICS_PUSH_AUTHORIZATION`,
      headerValue,
      '',
      'The Authorization header for the Pushgateway (default: none)',
    ),
  };
}

/** Of what runs in a CronJob and has no other use for the name of its pod. */
export function recordTable(prefix: string): MetricsTable & { readonly pod: Setting<string | undefined> } {
  return {
    pod: optionalSetting(
      `${prefix}_POD`,
      objectName('a pod'),
      'The pod that it runs in, whose Job and CronJob get an event when it ends (default: none)',
    ),
    ...metricsTable(prefix, 'the run'),
  };
}

type MetricsTable = ReturnType<typeof metricsTable>;

/**
 * What can be read of settings that are refused. Nothing is pushed of a dry run, and nothing to a gateway whose Authorization
 * cannot be read.
 */
export function buildReadable({
  pod,
  metricsUrl,
  metricsAuthorization,
  dryRun,
}: Partial<MetricsValues & { readonly pod: string | undefined; readonly dryRun: boolean }>): RecordSettings {
  const isPushed = metricsAuthorization !== undefined && dryRun === false;
  return { pod, metrics: isPushed ? buildMetrics({ metricsUrl, metricsAuthorization }) : undefined };
}

interface MetricsValues {
  readonly metricsUrl: string | undefined;
  readonly metricsAuthorization: string;
}

export function buildMetrics({
  metricsUrl: url,
  metricsAuthorization: authorization,
}: MetricsValues): MetricsSettings | undefined {
  return url === undefined ? undefined : { url, authorization };
}

export function buildRecord(values: MetricsValues & { readonly pod: string | undefined }): RecordSettings {
  return { pod: values.pod, metrics: buildMetrics(values) };
}
