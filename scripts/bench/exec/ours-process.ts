import { createKube } from '../../../src/kube/client.ts';
import { loadClusterAccess } from '../../../src/kube/config.ts';
import { systemClock, systemRandom } from '../../../src/core/system.ts';
import { SlowSink } from './slow-sink.ts';
import { targetFrom } from './target.ts';

// A program of its own, as kubectl is: BYTES_PER_SECOND KUBECONFIG NAMESPACE POD CONTAINER COMMAND...
// The output goes to stdout; or, with a rate other than 0, to a slow sink inside, as into an upload.

const [rate, ...rest] = process.argv.slice(2);
const { kubeconfig, ...target } = targetFrom(rest);
const kube = createKube({
  access: loadClusterAccess({ kubeconfig }),
  clock: systemClock,
  random: systemRandom,
});
const sink = Number(rate) > 0 ? new SlowSink(Number(rate)) : undefined;
const { exitCode } = await kube.exec({
  ...target,
  stdout: sink ?? process.stdout,
  stderr: process.stderr,
  signal: new AbortController().signal,
});
if (sink) process.stderr.write(`${sink.bytes}\n`);
await kube.close();
process.exitCode = exitCode;
