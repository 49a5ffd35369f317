import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createVitest, type Vite } from 'vitest/node';
import config from '../../vitest.config.ts';
import { traced } from './functions.ts';
import { runVariable, type Answer, type Request, type SwitchedOn } from './protocol.ts';
import { root } from './rooms.ts';

/**
 * A process of its own, which keeps vitest and all unchanged modules warm, runs the test file that it is told to, with
 * or without a mutant, and answers. It is killed when a test does not end. No file of the checkout is changed.
 */
let mutant: SwitchedOn | undefined;

const plugin: Vite.Plugin = {
  name: 'mutants',
  enforce: 'pre',
  transform(code, id) {
    if (mutant && id === mutant.path)
      return code.slice(0, mutant.start) + mutant.text + code.slice(mutant.end);
    return id.startsWith(join(root, 'src')) && id.endsWith('.ts')
      ? traced(relative(root, id), code)
      : undefined;
  },
};

const unit = config.test?.projects?.find(
  (project) => typeof project === 'object' && 'test' in project && project.test?.name === 'unit',
);
if (typeof unit !== 'object' || !('test' in unit)) throw new Error("vitest.config.ts has no project 'unit'");

const vitest = await createVitest(
  'test',
  {
    ...(unit.test as object),
    config: false,
    root,
    watch: false,
    bail: 1,
    // A mutant is put into a module where vitest reads it, and must not stay for the next run.
    isolate: true,
    experimental: { viteModuleRunner: true },
    // It knows a module by its text, before the mutant is put in.
    fsModuleCache: false,
    setupFiles: [join(import.meta.dirname, 'which-test.ts')],
    maxWorkers: 1,
    fileParallelism: false,
    reporters: [{}],
  },
  { plugins: [plugin], logLevel: 'silent' },
);
const project = vitest.getRootProject();

async function run({ test, only, ...rest }: Request): Promise<Answer> {
  for (const path of [mutant?.path, rest.mutant?.path]) if (path !== undefined) vitest.invalidateFile(path);
  ({ mutant } = rest);
  writeFileSync(process.env[runVariable] ?? '', JSON.stringify(rest));
  // What has failed before counts for `bail`.
  vitest.state.filesMap.clear();
  vitest.state.idMap.clear();
  const specification = project.createSpecification(
    join(root, test),
    only === undefined ? undefined : { testIds: [...only] },
  );
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification]);
  const tests = testModules.flatMap((module) => [...module.children.allTests()]);
  const failed = tests
    .filter((each) => each.result().state === 'failed')
    .map((test) => [test.fullName, ...(test.result().errors ?? []).map(messageOf)].join(': '));
  const errors = [...testModules.flatMap((module) => module.errors()), ...unhandledErrors].map(messageOf);
  const isOk = errors.length === 0 && testModules.every((module) => module.ok());
  const hasRun = tests.some((each) => each.result().state === 'passed');
  return {
    state: !isOk ? 'failed' : hasRun ? 'passed' : 'skipped',
    words: [...failed, ...errors].join('; '),
    tests: tests.flatMap((each) => {
      const { state } = each.result();
      const milliseconds = Math.round(each.diagnostic()?.duration ?? 0);
      return state === 'skipped' || state === 'pending'
        ? []
        : [{ id: each.id, milliseconds, failed: state === 'failed' }];
    }),
  };
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}

process.on('message', (request: Request) => {
  void run(request).then(
    (answer) => process.send?.(answer),
    (error: unknown) =>
      process.send?.({ state: 'failed', words: messageOf(error), tests: [] } satisfies Answer),
  );
});
// With all that its tests have started: it leads a group of its own.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
process.send?.('ready');
