import { run } from '../run.ts';

/** What a node has to pull, at most, for one architecture. */
export const largestImage = 80_000_000;

export interface ImageSize {
  /** Such as `linux/arm64`. */
  readonly platform: string;
  /** Of its layers as they are transferred: compressed. */
  readonly bytes: number;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}
interface Manifest {
  readonly manifests?: readonly Descriptor[];
  readonly layers?: readonly { readonly size: number }[];
}

/** The images of an OCI archive: one, or those of an index. What an index says of an image, such as its SBOM, is none. */
export async function sizesOfArchive(archive: string): Promise<ImageSize[]> {
  const read = async (path: string): Promise<Manifest> =>
    JSON.parse(await run('tar', ['-xOf', archive, path])) as Manifest;
  const sizesOf = async (manifest: Manifest, platform: string): Promise<ImageSize[]> => {
    if (manifest.layers)
      return [{ platform, bytes: manifest.layers.reduce((sum, { size }) => sum + size, 0) }];
    const images = (manifest.manifests ?? []).filter(
      ({ annotations = {} }) => annotations['vnd.docker.reference.type'] === undefined,
    );
    const all = images.map(async (image) => {
      const name = image.platform ? `${image.platform.os}/${image.platform.architecture}` : platform;
      return sizesOf(await read(`blobs/${image.digest.replace(':', '/')}`), name);
    });
    return (await Promise.all(all)).flat();
  };
  return sizesOf(await read('index.json'), 'image');
}

/** Why images of these sizes are not released: a sentence each. */
export function sizeProblems(sizes: readonly ImageSize[]): string[] {
  if (sizes.length === 0)
    return ['The archive has no image; give it one that was built with output type=oci.'];
  return sizes
    .filter(({ bytes }) => bytes > largestImage)
    .map(
      ({ platform, bytes }) =>
        `The image for ${platform} has ${megabytes(bytes)} MB of compressed layers, and ${megabytes(largestImage)} MB is the most; look what its base images brought, and leave it out in Dockerfile.`,
    );
}

/** Rounded up, so that what is too large does not look as if it were not. */
function megabytes(bytes: number): string {
  return String(Math.ceil(bytes / 100_000) / 10);
}
