import type { KubeObject } from '../../../src/kube/object.ts';
import type { Definition } from './definition.ts';

/** A webhook that may refuse what is otherwise valid: throws ApiError. `previous` is undefined for what is new. */
export type Admission = (
  definition: Definition,
  object: KubeObject,
  previous: KubeObject | undefined,
) => void;
