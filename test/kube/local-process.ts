import { LocalProcesses } from '../../scripts/sandbox/pods/local-processes.ts';
import { serveExec } from '../../scripts/sandbox/pods/serve-exec.ts';
import type { ExecStep } from './scripted-server.ts';

const processes = new LocalProcesses();

/** Runs what an exec asks for as a process of this machine, with this process's environment. */
export const localProcess: ExecStep = (socket, { query }) => {
  const [stdin, stdout, stderr] = ['stdin', 'stdout', 'stderr'].map((name) => query.has(name));
  const wanted = { stdin: stdin === true, stdout: stdout === true, stderr: stderr === true };
  const env = process.env as Record<string, string>;
  serveExec(socket, { command: query.getAll('command'), cwd: '/', env, ...wanted }, processes);
};
