import { Client } from 'undici';
import { collectionPath } from '../../../src/kube/path.ts';
import { volumeSnapshots } from '../../../src/kube/resources.ts';
import type { Credentials } from '../../../src/kube/access.ts';

const path = collectionPath(volumeSnapshots);
export const pageSize = 500;

export interface Page {
  readonly milliseconds: number;
  readonly body: Buffer;
}

/** Reads pages of VolumeSnapshots over one connection that stays open. */
export class PageReader implements AsyncDisposable {
  readonly #client: Client;
  readonly #headers: Credentials['headers'];

  constructor(server: URL, { headers, tls }: Credentials) {
    this.#client = new Client(server, { connect: tls });
    this.#headers = headers;
  }

  /** The first pages of a list, one after the other; a page counts until the last byte of it is read. */
  async pages(count: number, labelSelector?: string): Promise<Page[]> {
    const pages: Page[] = [];
    let token: string | undefined = '';
    while (pages.length < count && token !== undefined) {
      const page = await this.#page({
        ...(labelSelector && { labelSelector }),
        ...(token && { continue: token }),
      });
      pages.push(page);
      token = continueToken(page.body);
    }
    if (pages.length < count) throw new Error(`the list has ${pages.length} pages, not ${count}`);
    return pages;
  }

  async #page(query: Record<string, string>): Promise<Page> {
    const start = performance.now();
    const { statusCode, body } = await this.#client.request({
      method: 'GET',
      path: `${path}?${new URLSearchParams({ limit: String(pageSize), ...query }).toString()}`,
      headers: this.#headers,
    });
    const bytes = Buffer.from(await body.arrayBuffer());
    const milliseconds = performance.now() - start;
    if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${bytes.toString()}`);
    return { milliseconds, body: bytes };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.close();
  }
}

/** Without parsing the page; inside of strings of JSON, quotes look different. */
function continueToken(body: Buffer): string | undefined {
  return /"continue":"([^"]+)"/.exec(body.toString('latin1'))?.[1];
}
