import { preamble } from './preamble.ts';

/** The lines of the script that its caller waits for, and no person sees. */
export const shellSays = { ready: 'backup-ns-ready', open: 'backup-ns-open' } as const;

/** An engine's parts of the script that opens a shell of the database. */
export interface ShellParts {
  /** Takes the first arguments, shifts them away, listens, and exports what the client wants to know. */
  readonly connection: string;
  /** Execs the client, which reads the rest of stdin. */
  readonly client: string;
}

/**
 * Becomes the database's own client. In a terminal it says `ready` once what it is sent is shown to nobody and taken as
 * it is, so that a password is. It says `open` once the terminal is the client's; without a terminal, on stderr.
 */
export function composeShell({ connection, client }: ShellParts): string {
  return `
${preamble}
saved=
if [ -t 0 ]; then
  saved=$(stty -g 2>/dev/null) && stty raw -echo 2>/dev/null || saved=
  case " $* " in *' stdin '*) [ -n "$saved" ] || refuse "there is no stty in the container, so a password cannot be handed over unseen; pipe the statements in instead, or let the password be a variable of the container" ;; esac
  say ${shellSays.ready}
fi
${connection}
if [ -t 0 ]; then
  [ -z "$saved" ] || stty "$saved"
  say ${shellSays.open}
else
  say ${shellSays.open} >&2
fi
${client}
`;
}
