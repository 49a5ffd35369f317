import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { progressReporter } from '../progress.ts';
import { openProvider, type ProviderName } from './open-provider.ts';

const usage = `Usage: npm run cluster -- COMMAND [options]

A Kubernetes cluster for the tests, with a CSI driver that takes snapshots.

Commands:
  up              bring it up; prints the path of its kubeconfig
  down            take it away, with everything it left
  status          say whether it runs
  load IMAGE.tar  make an image known to its node
  build           only build what 'up' needs

Options:
  --provider auto|kind|native   auto: kind where Docker answers, else native (Linux, root)
  --name NAME                   of the cluster (default: backup-ns)`;

/** Exit 0: done; 1: failed; 2: usage; 3: 'status' of a cluster that does not run. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      provider: { type: 'string', default: 'auto' },
      name: { type: 'string', default: 'backup-ns' },
      help: { type: 'boolean' },
    },
  });
  const [command, archive] = positionals;
  const known = ['up', 'down', 'status', 'load', 'build'];
  if (values.help || !command) return say(usage, 0);
  if (!known.includes(command))
    return complain(`There is no command '${command}'; choose one of ${known.join(', ')}.`);
  if (!['auto', 'kind', 'native'].includes(values.provider)) {
    return complain(`--provider is '${values.provider}'; choose auto, kind or native.`);
  }
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(values.name)) {
    return complain(`--name is '${values.name}'; use 1 to 20 of a-z, 0-9 and '-', starting with a letter.`);
  }
  if (command === 'load' && !archive) return complain("'load' needs the path of an image archive.");

  const provider = await openProvider(values.provider as ProviderName, values.name, progressReporter());
  switch (command) {
    case 'up':
      return say(await provider.up(), 0);
    case 'down':
      await provider.down();
      return 0;
    case 'load':
      await provider.load(resolve(archive!));
      return 0;
    case 'build':
      await provider.build();
      return 0;
    default: {
      const status = await provider.status();
      return say(status.details.join('\n'), status.running ? 0 : 3);
    }
  }
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}

function complain(problem: string): number {
  process.stderr.write(`${problem}\n`);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`cluster: ${error.message}\n`);
    process.exitCode = 1;
  },
);
