import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { python } from '../../scripts/python.ts';

/**
 * Runs a command as a container's runtime does, in a session of its own, and stands in for process 1 of the container:
 * orphans fall to it (prctl 36 is PR_SET_CHILD_SUBREAPER). It says on descriptor 3 which process the command is, and
 * then, as lines of JSON, how the command and each orphan ended; what is left a moment later is killed.
 */
const processOne = `
import ctypes, json, os, signal, sys, time
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
report = os.fdopen(3, 'w', buffering=1)
os.set_inheritable(3, False)
pid = os.fork()
if pid == 0:
    os.setsid()
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(0); os.close(1); os.close(2)
print(json.dumps({'pid': pid}), file=report)
def say(who, status):
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps({'end': 'command' if who == pid else 'orphan', 'code': code}), file=report)
def alive():
    for entry in os.listdir('/proc'):
        try:
            fields = open('/proc/%s/stat' % int(entry)).read().rsplit(')', 1)[1].split()
            if fields[3] == str(pid) and fields[0] not in 'ZX':
                yield int(entry), open('/proc/%s/cmdline' % entry).read().split(chr(0))[:2]
        except (ValueError, OSError):
            pass
deadline = None
while True:
    try:
        who, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        break
    if who:
        say(who, status)
        if who == pid:
            deadline = time.monotonic() + 0.3
        continue
    if deadline and time.monotonic() > deadline:
        for left, command in alive():
            print(json.dumps({'left': command}), file=report)
            os.kill(left, signal.SIGKILL)
        break
    time.sleep(0.005)
`;

/** 3.9 or later. */
export const hasPython = python !== undefined && process.platform === 'linux';

type Report = { pid: number } | { end: 'command' | 'orphan'; code: number } | { left: string[] };

export interface ScriptEnd {
  /** 128 + n after signal n. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How processes ended that outlived the script, as an exit status, or as -n by signal n. */
  readonly orphans: readonly number[];
  /** The programs of processes that still ran when the script had ended. */
  readonly left: readonly (string | undefined)[];
}

export interface ScriptProcess {
  readonly pid: Promise<number>;
  readonly stdin: Writable;
  readonly end: Promise<ScriptEnd>;
}

export interface ScriptOptions {
  /** The shell and its own options, such as `['bash', '--posix']`. */
  readonly shell: readonly string[];
  /** As an exec has it; the shell comes in place of its `sh`. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Told what it says, as it comes. */
  readonly onStdout?: (text: string) => void;
}

/** Starts a script as a container's runtime does. Its stdin stays open until the caller ends it, or the test is over. */
export function startScript({ shell, command: [sh, ...rest], env, onStdout }: ScriptOptions): ScriptProcess {
  if (sh !== 'sh') throw new Error(`not a script of ours: ${sh}`);
  // Without its site modules it starts in a fifth of the time, hundreds of times in a run.
  const child = spawn(python ?? '', ['-I', '-S', '-c', processOne, ...shell, ...rest], {
    env,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const { stdin, stdout, stderr, stdio } = child;
  stdin.on('error', () => {});
  onTestFinished(() => {
    stdin.destroy();
  });
  const pid = Promise.withResolvers<number>();
  const reports = readReports(stdio[3] as Readable, pid.resolve);
  return { pid: pid.promise, stdin, end: ended(text(stdout, onStdout), text(stderr), reports) };
}

async function text(stream: Readable, onText: (text: string) => void = () => {}): Promise<string> {
  let all = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    all += String(chunk);
    onText(String(chunk));
  }
  return all;
}

async function ended(
  stdout: Promise<string>,
  stderr: Promise<string>,
  reports: Promise<Report[]>,
): Promise<ScriptEnd> {
  const said = await reports;
  const ends = said.filter((report) => 'end' in report);
  const code = ends.find(({ end }) => end === 'command')?.code ?? Number.NaN;
  return {
    exitCode: code < 0 ? 128 - code : code,
    stdout: await stdout,
    stderr: await stderr,
    orphans: ends.filter(({ end }) => end === 'orphan').map((report) => report.code),
    left: said.filter((report) => 'left' in report).map((report) => report.left[0]),
  };
}

async function readReports(stream: Readable, onPid: (pid: number) => void): Promise<Report[]> {
  const reports: Report[] = [];
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const report = JSON.parse(line) as Report;
      if ('pid' in report) onPid(report.pid);
      reports.push(report);
    }
  }
  return reports;
}
