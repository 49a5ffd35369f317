// The rules and their wording: k8s.io/apimachinery/pkg/api/validate/content.
const labelChars = "must consist of alphanumeric characters, '-', '_' or '.'";
const labelEdges = 'and must start and end with an alphanumeric character';
const labelKeyFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValueFormat = `(${labelKeyFormat})?`;
const dnsLabelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainFormat = `${dnsLabelFormat}(\\.${dnsLabelFormat})*`;

const labelKeyPattern = new RegExp(`^${labelKeyFormat}$`);
const labelValuePattern = new RegExp(`^${labelValueFormat}$`);
const subdomainPattern = new RegExp(`^${subdomainFormat}$`);

const keyShape = `${labelChars}, ${labelEdges} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${labelKeyFormat}')`;
const valueShape = `a valid label must be an empty string or ${labelChars.replace('must ', '')}, ${labelEdges} (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValueFormat}')`;
const prefixShape = `prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${labelEdges} (e.g. 'example.com', regex used for validation is '${subdomainFormat}')`;

/** What is wrong with a label's key (a "qualified name"), in the API server's words; nothing when it is valid. */
export function labelKeyProblems(key: string): string[] {
  const [first = '', second, ...more] = key.split('/');
  if (more.length > 0)
    return [
      `a valid label key ${keyShape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  return second === undefined ? nameProblems(first) : [...prefixProblems(first), ...nameProblems(second)];
}

/** What is wrong with a label's value, in the API server's words; nothing when it is valid. */
export function labelValueProblems(value: string): string[] {
  const problems = value.length > 63 ? ['must be no more than 63 bytes'] : [];
  return labelValuePattern.test(value) ? problems : [...problems, valueShape];
}

function prefixProblems(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  const problems = prefix.length > 253 ? ['prefix part must be no more than 253 bytes'] : [];
  return subdomainPattern.test(prefix) ? problems : [...problems, prefixShape];
}

function nameProblems(name: string): string[] {
  const problems = [];
  if (name === '') problems.push('name part must be non-empty');
  if (name.length > 63) problems.push('name part must be no more than 63 bytes');
  if (!labelKeyPattern.test(name)) problems.push(`name part ${keyShape}`);
  return problems;
}
