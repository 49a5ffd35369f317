import { checkPermissions } from '../../kube/check-permissions.ts';
import type { Context } from '../../context.ts';
import type { Finding } from '../../core/finding.ts';
import type { RetainedContent } from './retained-content.ts';

/**
 * Whether the account may do what the deletion of a retained content takes. It is asked before anything is changed: with half
 * of these rights the VolumeSnapshot would be gone, and its content there for ever. Asks once for each kind.
 */
export class ContentRights {
  readonly #context: Context;
  readonly #known = new Map<string, Finding<void>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Rejects when they are missing, and names them. */
  async require({ kind: { contents }, name }: Pick<RetainedContent, 'kind' | 'name'>): Promise<void> {
    const { group, plural } = contents;
    const wanted = ['patch', 'delete'].map((verb) => ({ verb, group, plural }));
    const finding = this.#known.get(plural) ?? (await checkPermissions(wanted, this.#context));
    this.#known.set(plural, finding);
    if (!('problems' in finding)) return;
    throw new Error(
      `${contents.kind} '${name}' is told to retain its data, and ${finding.problems.join('; ')}; until then the snapshot stays as it is`,
    );
  }
}
