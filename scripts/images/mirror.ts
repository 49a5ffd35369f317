import { run } from '../run.ts';

/** One line per index: which server apt takes which suite from. */
const format = '$(SITE) $(CODENAME) $(COMPONENT) $(CREATED_BY)';

/** The Debian mirror that this machine's apt uses, or nothing where apt is absent or set up for something else. */
export async function debianMirror(suite: string): Promise<string | undefined> {
  try {
    return chooseMirror(await run('apt-get', ['indextargets', '--format', format]), suite);
  } catch {
    return undefined;
  }
}

/**
 * Picks from the output of `apt-get indextargets` in the format above: the site of the suite itself,
 * else of another Debian suite, since one mirror has them all. Sites of other distributions do not count.
 */
export function chooseMirror(targets: string, suite: string): string | undefined {
  const sites = targets
    .split('\n')
    .map((line) => line.trim().split(' '))
    .filter(
      ([site, , component, creator]) => component === 'main' && creator === 'Packages' && isDebian(site),
    );
  return (sites.find(([, codename]) => codename === suite) ?? sites[0])?.[0];
}

function isDebian(site: string | undefined): boolean {
  return site !== undefined && /^https?:\/\/.*\/debian\/?$/.test(site);
}
