import { spawnSync } from 'node:child_process';

/** The path of a Python of version 3.9 or later; undefined where there is none. */
export const python: string | undefined =
  spawnSync('python3', ['-c', 'import os, sys; os.waitstatus_to_exitcode; print(sys.executable)'], {
    encoding: 'utf8',
  }).stdout?.trim() || undefined;
