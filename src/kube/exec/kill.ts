import { quoted } from '../../core/quoted.ts';
import type { Clock } from '../../core/system.ts';
import type { RemoteProcess } from './remote-process.ts';

const roundMs = 250;
/** How long a command may take to clean up after TERM before it is KILLed. */
const termGraceMs = 3000;

/**
 * Sends signal $3 to process $1, its descendants, and what is left of its session; says how many live.
 * Needs no tool: only a POSIX shell and /proc. No here-documents: bash wants a writable /tmp for them.
 *
 * - A process belongs to us when its parent does, or when its session is the root's: container runtimes
 *   start every exec in a session of its own, so a child whose parent has died is still found.
 * - $2 is the root's start time. Another one under that number means that the root has ended and its session
 *   with it, since a number in use as a session is not given away.
 * - Zombies count as dead.
 * - TERM spares a process that has children until they are gone, so that it waits for them: an orphan falls to process
 *   1 of the container, and PostgreSQL as process 1 takes a stranger's end by a signal for a crash of its own, and
 *   restarts. Only the root gets TERM at once, for it must not go on with half of its work; our scripts handle it.
 */
const killScript = `
root=$1 began=$2 signal=$3 table=
note() {
  [ $# -ge 21 ] || return 0
  case $2 in Z | X) return 0 ;; esac
  table="$table $1:$3:$5:\${21}"
}
fields() {
  IFS=:
  set -- $1
  unset IFS
  pid=$1 ppid=$2 session=$3 start=$4
}
for stat in /proc/[0-9]*/stat; do
  line=
  { while IFS= read -r part; do line="$line$part "; done < "$stat"; } 2>/dev/null || continue
  note "\${line%% *}" \${line##*) }
done
if [ -z "$table" ]; then
  kill -s "$signal" "$root" 2>/dev/null && echo 1 || echo 0
  exit 0
fi
members=" $root " grown=yes
while [ -n "$grown" ]; do
  grown=
  for entry in $table; do
    fields "$entry"
    if [ "$pid" = "$root" ] && [ -n "$began" ] && [ "$start" != "$began" ]; then echo 0; exit 0; fi
    case $members in *" $pid "*) continue ;; esac
    case $members in *" $ppid "*) ;; *) [ "$session" = "$root" ] || continue ;; esac
    members="$members$pid " grown=yes
  done
done
parents=" "
for entry in $table; do
  fields "$entry"
  case $members in *" $pid "*) parents="$parents$ppid " ;; esac
done
alive=0
for pid in $members; do
  case $table in *" $pid:"*) ;; *) continue ;; esac
  alive=$((alive + 1))
  if [ "$signal" = TERM ] && [ "$pid" != "$root" ]; then
    case $parents in *" $pid "*) continue ;; esac
  fi
  kill -s "$signal" "$pid" 2>/dev/null
done
echo "$alive"
`;

export function killCommand({ pid, startTime }: RemoteProcess, signalName: 'TERM' | 'KILL' | '0'): string[] {
  return ['sh', '-c', killScript, 'sh', String(pid), startTime, signalName];
}

/**
 * TERM, then KILL after a grace of 3 s, until nothing of the process tree is left.
 * `run` executes a command in the process's container and returns its stdout. Gives up when `signal` is aborted.
 */
export async function killTree(
  process: RemoteProcess,
  run: (command: string[]) => Promise<string>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const start = clock.monotonic();
  let isAlive = await signalTree(process, run, 'TERM');
  while (isAlive) {
    await clock.sleep(roundMs, signal);
    const isPatient = clock.monotonic() - start < termGraceMs;
    isAlive = await signalTree(process, run, isPatient ? 'TERM' : 'KILL');
  }
}

async function signalTree(
  process: RemoteProcess,
  run: (command: string[]) => Promise<string>,
  signalName: 'TERM' | 'KILL' | '0',
): Promise<boolean> {
  const alive = await run(killCommand(process, signalName));
  if (!/^\d+\n$/.test(alive)) throw new Error(`the process list could not be read: ${quoted(alive.trim())}`);
  return alive !== '0\n';
}
