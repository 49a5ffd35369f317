import { expect, it } from 'vitest';
import { create } from '../../src/commands/create.ts';
import { commandLine, type RunFlags } from '../../src/commands/program.ts';
import type { Sources } from '../../src/settings/sources.ts';

/** What the runner is given for these arguments. */
async function givenTo(...args: string[]) {
  const given: { name: string; sources: Sources; cluster: RunFlags }[] = [];
  const program = commandLine('1.2.3', [create], (command, sources, cluster) => {
    given.push({ name: command.name, sources, cluster });
    return Promise.resolve();
  });
  await program.parseAsync(args, { from: 'user' });
  return given;
}

it('a command is run once, with the flags that were written', async () => {
  const [first, ...others] = await givenTo('create', '--pvc-name', 'media', '--db-skip');
  expect(others).toEqual([]);
  expect(first?.name).toBe('create');
  expect(first?.sources.flags).toEqual({ BAK_PVC_NAME: 'media', BAK_DB_SKIP: 'true' });
  expect(first?.sources.machine.cpus).toBeGreaterThan(0);
  expect(first?.cluster.kubeconfig).toBeUndefined();
});

it('the cluster is chosen by flags of its own, which are no settings', async () => {
  const [given] = await givenTo('create', '--kubeconfig', '/k', '--context', 'prod');
  expect(given?.cluster).toMatchObject({ kubeconfig: '/k', context: 'prod' });
  expect(given?.sources.flags).toEqual({});
});

it('a run does not see the flags of the run before', async () => {
  await givenTo('create', '--pvc-name', 'media');
  const [given] = await givenTo('create');
  expect(given?.sources.flags).toEqual({});
});
