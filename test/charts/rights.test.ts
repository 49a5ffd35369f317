import { describe } from 'vitest';
import { helm } from './helm.ts';
import { rightsOfCreate } from './rights-of-create.ts';
import { rightsOfRetention } from './rights-of-retention.ts';

describe.skipIf(helm === undefined)('with helm, which is in PATH or was built for a test cluster', () => {
  rightsOfCreate(() => helm ?? '', 'some');
  rightsOfRetention(() => helm ?? '');
});
