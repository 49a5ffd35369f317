import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What the program is called with when a person pastes these lines into bash: the words of each call. What else the lines
 * run is not there, and files that they write are gone afterwards.
 */
export function callsIn(lines: string): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'pasted-'));
  const record = `{ printf '%s\\0' "$@"; printf '\\n\\0'; } >&3`;
  const script = `
    backup-ns() { ${record}; }
    kubectl() { [ "$1" = backup-ns ] && shift && ${record}; }
    jq() { :; }
    ${lines}
  `;
  mkdirSync(join(folder, '.config', 'fish', 'completions'), { recursive: true });
  try {
    const out = execFileSync('bash', ['-euc', `exec 3>&1 >/dev/null; ${script}`], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const calls: string[][] = [[]];
    for (const word of out.split('\0').slice(0, -1)) {
      if (word === '\n') calls.push([]);
      else calls.at(-1)?.push(word);
    }
    return calls.slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
