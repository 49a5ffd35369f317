import type { Attributes } from './attributes.ts';

/** `rbacv1.PolicyRule`. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  /** Without any, the rule is for objects of all names and for requests without a name. */
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** `RuleAllows` of the RBAC authorizer, with its helpers of `pkg/apis/rbac/v1/evaluation_helpers.go`. */
export function ruleAllows(rule: Rule, { path, ...attributes }: Attributes): boolean {
  if (!matches(rule.verbs, attributes.verb)) return false;
  if (path !== undefined) return (rule.nonResourceURLs ?? []).some((pattern) => urlMatches(pattern, path));
  return (
    matches(rule.apiGroups, attributes.group) &&
    resourceMatches(rule, attributes) &&
    nameMatches(rule, attributes)
  );
}

function matches(allowed: readonly string[] | undefined, wanted: string): boolean {
  return allowed !== undefined && (allowed.includes('*') || allowed.includes(wanted));
}

function resourceMatches(rule: Rule, { resource, subresource }: Attributes): boolean {
  if (!subresource) return matches(rule.resources, resource);
  return (
    matches(rule.resources, `${resource}/${subresource}`) || !!rule.resources?.includes(`*/${subresource}`)
  );
}

function nameMatches({ resourceNames = [] }: Rule, { name = '' }: Attributes): boolean {
  return resourceNames.length === 0 || resourceNames.includes(name);
}

function urlMatches(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.replace(/\*+$/, '')) : path === pattern;
}
