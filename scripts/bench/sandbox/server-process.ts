import { claims, cronJobs, snapshots } from '../../sandbox/objects/kinds.ts';
import { openSandbox } from '../../sandbox/sandbox.ts';
import { claimsOf, cronJobsOf } from './backed-up.ts';
import { manifests, nightlyManifests, ready } from './snapshots.ts';

// A sandbox with COUNT VolumeSnapshots in NAMESPACES namespaces, until stdin ends: of all kinds, or `nightly`; `backed-up`
// is nightly, with the PVCs and CronJobs of them. Its first line says where it is.

const [count, namespaces] = process.argv.slice(2).map(Number);
const isBackedUp = process.argv[4] === 'backed-up';
const isNightly = process.argv[4] === 'nightly' || isBackedUp;
const names = Array.from({ length: namespaces ?? 0 }, (_, index) => `shop-${String(index).padStart(3, '0')}`);
if (count === undefined) throw new Error('usage: server-process.ts COUNT NAMESPACES [nightly|backed-up]');

await using sandbox = await openSandbox();
const start = performance.now();
const days = count / names.length;
sandbox.load(snapshots, ready(isNightly ? nightlyManifests(days, names) : manifests(count, names)));
if (isBackedUp) {
  sandbox.load(claims, claimsOf(names));
  sandbox.load(cronJobs, cronJobsOf(names));
}
// Behind everything that the controllers want to do about them.
await new Promise((resolve) => setImmediate(resolve));
const seconds = (performance.now() - start) / 1000;
const { url, ca } = sandbox;
process.stdout.write(`${JSON.stringify({ url, ca, token: sandbox.token(), seconds })}\n`);
await process.stdin.resume().toArray();
