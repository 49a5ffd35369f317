import { describe } from 'vitest';
import { helm } from './helm.ts';
import { rightsOfCreate } from './rights-of-create.ts';

describe.skipIf(helm === undefined)('with helm, which is in PATH or was built for a test cluster', () => {
  rightsOfCreate(() => helm ?? '');
});
