/**
 * What Kubernetes takes as names. Each is asked of text that a tenant may have written, so that it looks at no more than a
 * name may have, however long the text is.
 */

const dnsLabel = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const partOfSubdomain = /^[a-z0-9][-a-z0-9]*$/;
const apiVersion = /^v\d{1,3}(?:(?:alpha|beta)\d{1,3})?$/;
const plural = /^[a-z]{1,63}$/;

/** RFC 1123 label: namespaces, and most names of ports and containers. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && dnsLabel.test(text);
}

/** RFC 1123 subdomain: objects and groups. Unlike in DNS, its parts may be longer than 63 (apimachinery's IsDNS1123Subdomain). */
export function isDnsSubdomain(text: string): boolean {
  if (text.length > 253) return false;
  return text.split('.').every((part) => partOfSubdomain.test(part) && !part.endsWith('-'));
}

/** Such as `v1` or `v1beta2`. */
export function isApiVersion(text: string): boolean {
  return text.length <= 20 && apiVersion.test(text);
}

/** Such as `pods`; of a subresource, `exec`. */
export function isPlural(text: string): boolean {
  return text.length <= 63 && plural.test(text);
}
