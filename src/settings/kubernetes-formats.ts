import { matching } from './formats.ts';
import { labelSelector } from './label-selector.ts';
import type { Format } from './setting.ts';

const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const dnsLabel = new RegExp(`^${label}$`);
// Unlike in DNS, its parts may be longer than 63 (apimachinery's IsDNS1123Subdomain).
const part = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const dnsSubdomain = new RegExp(`^(?=.{1,253}$)${part}(?:\\.${part})*$`);

/** Namespaces and containers: RFC 1123 labels. */
export function labelName(what: string): Format<string> {
  const expected = `the name of ${what}: at most 63 of a-z, 0-9 and '-', with a letter or digit at both ends`;
  return { usage: '<name>', parse: (text) => matching(text, dnsLabel, expected) };
}

/** Most other objects: RFC 1123 subdomains. */
export function objectName(what: string): Format<string> {
  const expected = `the name of ${what}: at most 253 of a-z, 0-9, '-' and '.', with a letter or digit at both ends`;
  return { usage: '<name>', parse: (text) => matching(text, dnsSubdomain, expected) };
}

export const labelValue: Format<string> = {
  usage: '<label>',
  parse: (text) =>
    matching(
      text,
      /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
      "a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
    ),
};

export interface ExecResource {
  readonly kind: 'deployment' | 'statefulset' | 'pod' | 'selector';
  /** Of a selector, its text. */
  readonly name: string;
}

/** kubectl's names for the kinds that a database may run as. */
const kinds = new Map<string, ExecResource['kind']>(
  Object.entries({
    deployment: 'deployment',
    deployments: 'deployment',
    deploy: 'deployment',
    statefulset: 'statefulset',
    statefulsets: 'statefulset',
    sts: 'statefulset',
    pod: 'pod',
    pods: 'pod',
    po: 'pod',
  } as const),
);

export const execResource: Format<ExecResource> = {
  usage: '<kind/name>',
  parse(text) {
    // No name of an object has any of these; a selector of a bare key would look like a name.
    if (/[=!(]/.test(text) && 'value' in labelSelector.parse(text)) {
      return { value: { kind: 'selector', name: text } };
    }
    const [kindText = '', name = '', ...rest] = text.split('/');
    const kind = kinds.get(kindText.toLowerCase());
    return kind !== undefined && dnsSubdomain.test(name) && rest.length === 0
      ? { value: { kind, name } }
      : {
          expected:
            'deployment/NAME, statefulset/NAME, pod/NAME or a label selector such as app=db,role=primary',
        };
  },
};

/** Names with commas between them, each once, in their order. */
function nameList(name: Format<string>, what: string, example: string): Format<readonly string[]> {
  return {
    usage: '<names>',
    parse(text) {
      const parsed = text.split(',').map((word) => name.parse(word.replaceAll(/^ +| +$/g, '')));
      const names = parsed.flatMap((one) => ('value' in one ? [one.value] : []));
      if (names.length === parsed.length) return { value: [...new Set(names)] };
      return { expected: `names of ${what} with commas between them, such as ${example}` };
    },
  };
}

export const namespaceList = nameList(labelName('a namespace'), 'namespaces', 'shop,blog');
export const claimList = nameList(
  objectName('a PersistentVolumeClaim'),
  'PersistentVolumeClaims',
  'data,files',
);
