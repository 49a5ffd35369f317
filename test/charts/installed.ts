import type { KubeObject } from '../../src/kube/object.ts';
import { attributesOf } from '../../scripts/sandbox/api/call.ts';
import { ruleAllows, type Rule } from '../../scripts/sandbox/access/rule.ts';
import type { Subject } from '../../scripts/sandbox/access/subject.ts';
import {
  clusterRoleBindings,
  clusterRoles,
  cronJobs,
  namespaces,
  roleBindings,
  roles,
  serviceAccounts,
} from '../../scripts/sandbox/objects/kinds.ts';
import type { Sandbox } from '../../scripts/sandbox/sandbox.ts';
import type { Release } from './helm.ts';

/** What stands in a container of the chart. */
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath?: string } };
}

interface CronJob extends KubeObject {
  readonly spec: {
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly spec: { readonly containers: readonly { readonly env: Variable[] }[] };
        };
      };
    };
  };
}

/** A release in a sandbox, whose accounts may do what its Roles say and nothing else. */
export class Installed {
  readonly #sandbox: Sandbox;
  readonly #release: Release;
  readonly #objects: readonly KubeObject[];

  constructor(sandbox: Sandbox, release: Release, objects: readonly KubeObject[]) {
    this.#sandbox = sandbox;
    this.#release = release;
    this.#objects = objects;
    const { namespace } = release;
    if (!sandbox.objects.find(namespaces, undefined, namespace)) {
      const metadata = { name: namespace };
      sandbox.objects.create(namespaces, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata });
    }
    const places = [serviceAccounts, roles, roleBindings, cronJobs, clusterRoles, clusterRoleBindings];
    for (const object of objects) {
      const definition = places.find(({ kind }) => kind === object.kind);
      if (!definition) throw new Error(`the tests do not know what to do with the chart's ${object.kind}`);
      sandbox.objects.create(definition, definition.isNamespaced ? namespace : undefined, object);
    }
  }

  cronJob(name: string): CronJob {
    return this.#sandbox.objects.get(cronJobs, this.#release.namespace, name) as CronJob;
  }

  /** The settings of the one container of a CronJob, as the chart gives them; `pod` is the name that it is told as its own. */
  environment(name: string, pod?: string): Record<string, string> {
    const [container] = this.cronJob(name).spec.jobTemplate.spec.template.spec.containers;
    const all = (container?.env ?? []).map((one): [string, string | undefined] => [
      one.name,
      one.valueFrom?.fieldRef?.fieldPath === 'metadata.name' ? pod : one.value,
    ]);
    return Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Record<string, string>;
  }

  /** Every verb on every resource (and name) that the roles of a service account have: a rule for each. */
  grantsOf(account: string): Rule[] {
    const isFor = ({ subjects }: KubeObject): boolean =>
      (subjects as Subject[]).some(({ kind, name }) => kind === 'ServiceAccount' && name === account);
    const bindings = this.#objects.filter(({ kind }) => kind.endsWith('Binding')).filter(isFor);
    return bindings.flatMap(({ roleRef }) => {
      const { kind, name } = roleRef as { kind: string; name: string };
      const role = this.#objects.find((object) => object.kind === kind && object.metadata.name === name);
      if (!role) throw new Error(`the chart binds ${account} to ${kind} '${name}', which it does not have`);
      return (role['rules'] as Rule[]).flatMap(partsOf);
    });
  }

  /** What an account was refused so far, what it was granted and has not used, and how much it has used. */
  judge(account: string): { refused: string[]; unused: string[]; used: number } {
    const user = { name: `system:serviceaccount:${this.#release.namespace}:${account}`, groups: [] };
    const own = this.#sandbox.requests.filter((request) => request.user === user.name);
    const grants = this.grantsOf(account);
    const asked = own
      .map((request) => attributesOf(request, user))
      // An exec is both, as the API server has it since Kubernetes 1.35.
      .flatMap((one) => (one.subresource === 'exec' ? [one, { ...one, verb: 'create' }] : [one]));
    // Of two that grant the same, one is too many.
    const used = new Set(asked.map((one) => grants.find((grant) => ruleAllows(grant, one))));
    return {
      refused: own
        .filter(({ status }) => status === 403)
        .map(({ verb, path, query }) => `${verb} ${path}?${query.toString()}`),
      unused: grants.filter((grant) => !used.has(grant)).map(grantText),
      used: grants.filter((grant) => used.has(grant)).length,
    };
  }
}

function partsOf({
  verbs,
  apiGroups = [''],
  resources = [],
  resourceNames,
  nonResourceURLs = [],
}: Rule): Rule[] {
  const names = resourceNames?.map((name) => [name]) ?? [undefined];
  return verbs.flatMap((verb) => [
    ...nonResourceURLs.map((url) => ({ verbs: [verb], nonResourceURLs: [url] })),
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        names.map((name) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          ...(name && { resourceNames: name }),
        })),
      ),
    ),
  ]);
}

/** `patch leases.coordination.k8s.io 'backup-ns'` */
export function grantText({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: Rule) {
  const [group = ''] = apiGroups;
  const [what = nonResourceURLs[0]] = resources;
  return [`${verbs[0]} ${what}${group && `.${group}`}`, ...resourceNames.map((name) => `'${name}'`)].join(
    ' ',
  );
}
