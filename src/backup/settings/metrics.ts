import type { Values } from '../../settings/schema.ts';
import { optionalSetting, secretSetting, type Format } from '../../settings/setting.ts';

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

export const metricsTable = {
  metricsUrl: optionalSetting(
    'BAK_METRICS_PUSH_URL',
    plainUrl,
    'The URL of the Pushgateway that is told how the backup ended (default: none)',
  ),
  metricsAuthorization: secretSetting(
    'BAK_METRICS_PUSH_AUTHORIZATION',
    headerValue,
    '',
    'The Authorization header for the Pushgateway (default: none)',
  ),
};

export function buildMetrics({
  metricsUrl: url,
  metricsAuthorization: authorization,
}: Values<typeof metricsTable>): MetricsSettings | undefined {
  return url === undefined ? undefined : { url, authorization };
}
