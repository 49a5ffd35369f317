import { isRecord, type KubeObject } from '../../../src/kube/object.ts';
import { badRequest } from '../objects/api-error.ts';
import type { Attributes, User } from './authorize.ts';

/** The kinds that are answered and never stored. */
export const reviews: Readonly<Record<string, { group: string; kind: string }>> = {
  selfsubjectaccessreviews: { group: 'authorization.k8s.io', kind: 'SelfSubjectAccessReview' },
  subjectaccessreviews: { group: 'authorization.k8s.io', kind: 'SubjectAccessReview' },
  selfsubjectreviews: { group: 'authentication.k8s.io', kind: 'SelfSubjectReview' },
};

/** Answers a review; `may` is what the authorizer says. */
export function answerReview(
  plural: string,
  review: KubeObject,
  user: User,
  may: (attributes: Attributes) => boolean,
): KubeObject {
  if (plural === 'selfsubjectreviews') {
    return { ...review, status: { userInfo: { username: user.name, groups: user.groups } } };
  }
  const spec = isRecord(review.spec) ? review.spec : {};
  const subject = plural === 'subjectaccessreviews' ? subjectOf(spec) : user;
  const allowed = may(attributesOf(spec, subject));
  return { ...review, status: { allowed, ...(!allowed && { reason: '' }) } };
}

function subjectOf({ user, groups }: Record<string, unknown>): User {
  return { name: text(user), groups: Array.isArray(groups) ? groups.map(String) : [] };
}

function attributesOf(
  { resourceAttributes, nonResourceAttributes }: Record<string, unknown>,
  user: User,
): Attributes {
  if (isRecord(nonResourceAttributes)) {
    const { verb, path } = nonResourceAttributes;
    return { user, verb: text(verb), path: text(path), group: '', resource: '' };
  }
  if (!isRecord(resourceAttributes))
    throw badRequest('spec.resourceAttributes or spec.nonResourceAttributes is required');
  const { verb, group, resource, subresource, namespace, name } = resourceAttributes;
  const place = { subresource: text(subresource) || undefined, namespace: text(namespace) || undefined };
  return {
    user,
    verb: text(verb),
    group: text(group),
    resource: text(resource),
    ...place,
    name: text(name) || undefined,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
