import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartFolder } from './defaults.ts';
import { helmProgram } from './helm-program.ts';

/** For who has no helm: what it renders of these releases, in files that `kubectl apply -f` takes. */
const releases = {
  backup: {
    namespace: 'shop',
    words: 'Backs up namespace shop: its PostgreSQL in deployment/shop, and the volume of PVC shop-data.',
  },
  fleet: {
    namespace: 'backup-ns',
    words: 'Keeps and deletes the snapshots of all namespaces, and gives contents their labels.',
  },
} as const;

export type StaticName = keyof typeof releases;
export const staticNames = Object.keys(releases) as StaticName[];

export const staticFolder = join(chartFolder, '..', '..', 'deploy');

/** The file deploy/<name>.yaml, of the values in deploy/<name>.values.yaml. */
export function staticManifest(name: StaticName, helm: string): string {
  const { namespace, words } = releases[name];
  const values = join(staticFolder, `${name}.values.yaml`);
  const args = ['template', name, chartFolder, '--namespace', namespace, '--values', values, '--skip-tests'];
  const rendered = execFileSync(helm, args, { encoding: 'utf8' });
  const lines = rendered.split('\n').flatMap((line) => {
    if (line.startsWith('# Source:') || /^ +(app\.kubernetes\.io\/managed-by|helm\.sh\/chart): /.test(line))
      return [];
    // Without helm, nobody says which namespace an object is of. Those of the cluster have none.
    return line;
  });
  const objects = lines
    .join('\n')
    .split(/^---\n/m)
    .filter((text) => text.trim() !== '');
  const placed = objects.map((text) =>
    (/^kind: Cluster/m.test(text)
      ? text
      : text.replace(/^metadata:\n {2}name: .*\n/m, `$&  namespace: ${namespace}\n`)
    ).trim(),
  );
  return `# ${words}
# Made from the chart and ${name}.values.yaml by \`npm run docs\`; change those, or what is meant for you here:
#   kubectl create namespace ${namespace}; kubectl apply -f ${name}.yaml
---
${placed.join('\n---\n')}
`;
}

export function writtenManifest(name: StaticName): string {
  return readFileSync(join(staticFolder, `${name}.yaml`), 'utf8');
}

export function writeStatic(): void {
  const helm = helmProgram();
  if (helm === undefined) {
    process.stderr.write('There is no helm, so deploy/ stays as it is; npm run cluster -- up builds one.\n');
    return;
  }
  mkdirSync(staticFolder, { recursive: true });
  for (const name of staticNames)
    writeFileSync(join(staticFolder, `${name}.yaml`), staticManifest(name, helm));
}
