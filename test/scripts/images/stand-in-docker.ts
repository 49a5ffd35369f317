import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A `docker` that writes down what it is asked to do; `docker build` fails while the file `broken` exists. */
const script = `#!/bin/sh
folder=$(dirname "$0")
case $1 in
build)
  echo "$@" >>"$folder/builds"
  sleep 0.2
  [ ! -e "$folder/broken" ] || { echo 'the Dockerfile is wrong' >&2; exit 1; } ;;
save) echo "archive of $4" >"$3" ;;
esac
`;

export interface StandIn extends Disposable {
  readonly projectFolder: string;
  readonly cacheFolder: string;
  /** Changes the bundle, as a developer would. */
  changeCode(text: string): void;
  breakBuilds(isBroken: boolean): void;
  /** The arguments of each `docker build` so far. */
  builds(): string[];
}

/** A project with a Dockerfile and a bundle, an empty cache, and the stand-in first on the PATH until disposed. */
export function standInDocker(): StandIn {
  const folder = mkdtempSync(join(tmpdir(), 'backup-ns-images-'));
  const projectFolder = join(folder, 'project');
  const broken = join(folder, 'broken');
  const builds = join(folder, 'builds');
  mkdirSync(join(projectFolder, 'dist'), { recursive: true });
  for (const file of ['Dockerfile', '.dockerignore', 'dist/backup-ns.mjs', 'dist/backup-ns.mjs.map']) {
    writeFileSync(join(projectFolder, file), file);
  }
  writeFileSync(join(folder, 'docker'), script);
  chmodSync(join(folder, 'docker'), 0o755);
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${folder}${delimiter}${path}`;
  return {
    projectFolder,
    cacheFolder: join(folder, 'cache'),
    changeCode: (text) => writeFileSync(join(projectFolder, 'dist', 'backup-ns.mjs'), text),
    breakBuilds: (isBroken) => (isBroken ? writeFileSync(broken, '') : rmSync(broken, { force: true })),
    builds: () => (existsSync(builds) ? readFileSync(builds, 'utf8').trim().split('\n') : []),
    [Symbol.dispose]() {
      process.env['PATH'] = path;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
