import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from 'js-yaml';
import { run } from '../../scripts/run.ts';
import { sampleAppManifests } from '../../scripts/sample-app.ts';
import { apply, type Testbed } from '../../scripts/testbed.ts';
import { blocks, checkout, simpleCommands, type Block } from '../pages/blocks.ts';
import { programFolder } from '../support/program-folder.ts';
import { freshNamespace, getJson, sql, testbed, waitForRollout } from './support.ts';

const namespace = 'shop';
/** Where the pages say that the image is. */
const references = ['ghcr.io/backup-ns/backup-ns:0.1.0', 'registry.example.com/backup-ns:0.1.0'];

const ofKind = (kind: string) => blocks.filter(({ how }) => how?.run === kind);
describe('a block of the pages for a cluster', { timeout: 300_000 }, () => {
  const app = { namespace, name: 'shop', password: 'secret', size: '200Mi' };
  let bed: Testbed;
  let env: Record<string, string>;
  /** A checkout in which files of ours may lie beside what is in it. */
  let folder: string;

  const shell = (script: string) => run('sh', ['-euc', script], { env, cwd: folder });

  beforeAll(async () => {
    bed = await testbed();
    folder = mkdtempSync(join(tmpdir(), 'pages-'));
    for (const name of readdirSync(checkout)) symlinkSync(join(checkout, name), join(folder, name));
    const { kubectl, helm } = await bed.provider.programs();
    const bundle = join(checkout, 'dist', 'backup-ns.mjs');
    const programs = { kubectl, helm, 'backup-ns': `"${process.execPath}" "${bundle}"` };
    const bin = programFolder(join(folder, 'programs'), programs);
    // Its own, whose context is of the namespace of the pages.
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, readFileSync(bed.kubeconfig), { mode: 0o600 });
    env = { KUBECONFIG: kubeconfig, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    await shell(`kubectl config set-context --current --namespace ${namespace}`);
    for (const reference of references) await bed.provider.load(await renamed(bed, reference, folder));
    await freshNamespace(bed, namespace);
    await apply(bed, ...sampleAppManifests({ ...app, image: bed.images.postgres.ref }));
    await waitForRollout(bed, namespace, app.name);
    await sql(bed, namespace, 'deployment/shop', 'create table orders as select generate_series(1, 1000) id');
  });

  afterAll(async () => {
    await shell(uninstall('backup', namespace) + uninstall('fleet', 'backup-ns'));
    await shell(`kubectl delete namespace ${namespace} backup-ns --ignore-not-found --timeout=100s`);
    rmSync(folder, { recursive: true });
  });

  for (const [index, block] of ofKind('cluster').entries())
    test(`does there what it is there for: ${block.name}`, async () => {
      await uninstallFor(block);
      const output = await shell(block.script);
      // Of a table the page may leave columns out.
      const columns = words(block.shown[0]?.split('\n')[0]);
      const isTable = columns.every((column) => /^[A-Z-]+$/.test(column));
      const lines = output.split('\n').map(words);
      expect({
        output,
        isAsShown: !isTable || lines.some((line) => columns.every((one) => line.includes(one))),
      }).toMatchObject({ isAsShown: true });
      if (block.script.includes('create job')) await expectBackup();
      if (!(block.how?.run === 'cluster' && block.how.isInstead)) return;
      await uninstallFor(block);
      await shell(ofKind('cluster')[index - 1]?.script ?? 'false');
    });

  for (const block of ofKind('pod'))
    test(`does in the pod of its page what it is there for: ${block.name}`, async () => {
      const { items } = await getJson<{ items: { metadata: { name: string } }[] }>(bed, [
        '-n',
        namespace,
        'get',
        'volumesnapshots',
      ]);
      await shell(`backup-ns restore ${items[0]?.metadata.name} --pvc restored --wait`);
      await apply(bed, podOf(block));
      await shell('kubectl wait --for=condition=Ready pod/restored --timeout=100s');
      const script = block.script.replaceAll("'", String.raw`'\''`);
      const said = await shell(`kubectl exec restored -- sh -euc 'cd /restored; ${script}'`);
      expect(said).toContain('dump.sql.gz: OK');
      const count = `psql -XqAt -U postgres -d shop -c "select count(*) from orders"`;
      expect(await shell(`kubectl exec restored -- ${count}`)).toBe('1000\n');
    });

  /** A release of another block by the name of one of this is taken away. */
  async function uninstallFor(block: Block): Promise<void> {
    for (const [name, where] of releasesOf(block)) await shell(uninstall(name, where));
  }

  /** The pod that the page of a block has as a manifest, with the image that this cluster has of PostgreSQL. */
  function podOf({ page }: Block): object {
    const text = readFileSync(join(checkout, page), 'utf8');
    const [, manifest = ''] = /```yaml\n(apiVersion: v1\nkind: Pod\n[^]*?)```/.exec(text) ?? [];
    const pod = load(manifest) as { spec: { containers: { env: object[]; [field: string]: unknown }[] } };
    for (const container of pod.spec.containers) {
      // That of the page trusts who is in its container; that of the test cluster wants the password.
      container.env.push({ name: 'PGPASSWORD', value: '$(POSTGRES_PASSWORD)' });
      container['image'] = bed.images.postgres.ref;
      container['imagePullPolicy'] = 'Never';
    }
    return pod;
  }

  async function expectBackup(): Promise<void> {
    await shell('kubectl wait --for=condition=Complete job/backup-now --timeout=60s');
    expect(await shell('kubectl get volumesnapshots -o name')).toMatch(/\/shop-data-/);
  }
});

const words = (line = ''): string[] => line.trim().split(/\s+/);

/** The releases that a block installs, each with its namespace. */
function releasesOf({ script }: Block): [string, string][] {
  return simpleCommands(script)
    .filter(([program, verb]) => program === 'helm' && verb === 'install')
    .map((all) => [all[2] ?? '', all[all.indexOf('--namespace') + 1] ?? '']);
}

function uninstall(release: string, where: string): string {
  return `helm uninstall ${release} --namespace ${where} --ignore-not-found --wait\n`;
}

/** Our image under another reference, as an archive: there is no registry that it could be pulled from. */
async function renamed({ images }: Testbed, reference: string, folder: string): Promise<string> {
  const name = reference.replaceAll(/\W/g, '-');
  const unpacked = join(folder, name);
  mkdirSync(unpacked);
  await run('tar', ['-xf', images.backupNs.tar, '-C', unpacked]);
  const manifest = join(unpacked, 'manifest.json');
  const entries = JSON.parse(readFileSync(manifest, 'utf8')) as { RepoTags: string[] }[];
  writeFileSync(manifest, JSON.stringify(entries.map((entry) => ({ ...entry, RepoTags: [reference] }))));
  rmSync(join(unpacked, 'repositories'), { force: true });
  const tar = `${unpacked}.tar`;
  await run('tar', ['-cf', tar, '-C', unpacked, '.']);
  return tar;
}
