import type { Writable } from 'node:stream';
import { python } from '../../python.ts';

/**
 * Runs a command in a terminal of its own: what comes on stdin are keys, and what the terminal shows goes to stdout.
 * Each line on descriptor 3, `COLUMNS ROWS`, gives it another size. Ends as the command does, 128 + n after signal n.
 */
const program = `
import fcntl, os, pty, select, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    try:
        os.execvp(sys.argv[1], sys.argv[1:])
    except OSError:
        os._exit(127)
keys, sizes, shown = b'', b'', True
inputs = [terminal, 0, 3]
while True:
    wanted = [one for one in inputs if one != 0 or not keys]
    readable, writable, _ = select.select(wanted, [terminal] if keys else [], [])
    if writable:
        keys = keys[os.write(terminal, keys):]
    if 0 in readable:
        keys = os.read(0, 65536)
        if not keys:
            inputs.remove(0)
    if 3 in readable:
        more = os.read(3, 4096)
        if not more:
            inputs.remove(3)
        *lines, sizes = (sizes + more).split(b'\\n')
        for line in lines:
            columns, rows = map(int, line.split())
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    if terminal in readable:
        try:
            output = os.read(terminal, 65536)
        except OSError:
            break
        if not output:
            break
        while shown and output:
            try:
                output = output[os.write(1, output):]
            except OSError:
                shown = False
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
os._exit(code if code >= 0 else 128 - code)
`;

/** The command, in a terminal. Throws where there is no python3, which makes it. */
export function inTerminal(command: readonly string[]): string[] {
  if (python === undefined) throw new Error('the sandbox needs python3 to make a terminal');
  return [python, '-c', program, ...command];
}

/** Gives the terminal the size that a client sent. */
export function resize(sizes: Writable, payload: Buffer): void {
  const { Width, Height } = JSON.parse(payload.toString()) as { Width: number; Height: number };
  sizes.write(`${Width} ${Height}\n`);
}
