import type { Message } from './schema.ts';

const metadata: Message = {
  1: ['name', 'string'],
  2: ['generateName', 'string'],
  3: ['namespace', 'string'],
  5: ['uid', 'string'],
  6: ['resourceVersion', 'string'],
  11: ['labels', 'map'],
  12: ['annotations', 'map'],
  14: ['finalizers', 'list'],
};

const subjectAccess: Message = {
  1: [
    'resourceAttributes',
    {
      1: ['namespace', 'string'],
      2: ['verb', 'string'],
      3: ['group', 'string'],
      4: ['version', 'string'],
      5: ['resource', 'string'],
      6: ['subresource', 'string'],
      7: ['name', 'string'],
    },
  ],
  2: ['nonResourceAttributes', { 1: ['path', 'string'], 2: ['verb', 'string'] }],
};

/** What is sent has no status yet, but a message for one, with nothing in it. */
const nothing: Message = {};

const role: Message = {
  1: ['metadata', metadata],
  2: [
    'rules',
    [
      {
        1: ['verbs', 'list'],
        2: ['apiGroups', 'list'],
        3: ['resources', 'list'],
        4: ['resourceNames', 'list'],
        5: ['nonResourceURLs', 'list'],
      },
    ],
  ],
};

const binding: Message = {
  1: ['metadata', metadata],
  2: [
    'subjects',
    [{ 1: ['kind', 'string'], 2: ['apiGroup', 'string'], 3: ['name', 'string'], 4: ['namespace', 'string'] }],
  ],
  3: ['roleRef', { 1: ['apiGroup', 'string'], 2: ['kind', 'string'], 3: ['name', 'string'] }],
};

/** What kubectl sends as protobuf, as far as people type it: by apiVersion and kind. */
export const readableKinds: Readonly<Record<string, Message>> = {
  'v1/ConfigMap': {
    1: ['metadata', metadata],
    2: ['data', 'map'],
    3: ['binaryData', 'base64 map'],
    4: ['immutable', 'boolean'],
  },
  'v1/Namespace': {
    1: ['metadata', metadata],
    2: ['spec', { 1: ['finalizers', 'list'] }],
    3: ['status', { 1: ['phase', 'string'] }],
  },
  'v1/Secret': {
    1: ['metadata', metadata],
    2: ['data', 'base64 map'],
    3: ['type', 'string'],
    4: ['stringData', 'map'],
    5: ['immutable', 'boolean'],
  },
  'v1/ServiceAccount': { 1: ['metadata', metadata] },
  'authentication.k8s.io/v1/SelfSubjectReview': {
    1: ['metadata', metadata],
    2: ['status', { 1: ['userInfo', nothing] }],
  },
  'authentication.k8s.io/v1/TokenRequest': {
    1: ['metadata', metadata],
    2: ['spec', { 1: ['audiences', 'list'], 4: ['expirationSeconds', 'integer'] }],
    3: ['status', nothing],
  },
  'authorization.k8s.io/v1/SelfSubjectAccessReview': {
    1: ['metadata', metadata],
    2: ['spec', subjectAccess],
    3: ['status', nothing],
  },
  'rbac.authorization.k8s.io/v1/Role': role,
  'rbac.authorization.k8s.io/v1/ClusterRole': role,
  'rbac.authorization.k8s.io/v1/RoleBinding': binding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': binding,
};
