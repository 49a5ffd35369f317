import type { SandboxClock } from './clock.ts';

/**
 * Variables that make a Node process live in the sandbox's time: they load `shift-date.ts` before its program.
 * Nothing of them is needed while the sandbox's time is the real one.
 */
export function shiftedTime({ offset }: SandboxClock): Record<string, string> {
  if (Math.abs(offset) < 1000) return {};
  const program = new URL('shift-date.ts', import.meta.url);
  return { NODE_OPTIONS: `--import=${program.href}`, SANDBOX_TIME_OFFSET_MS: String(Math.round(offset)) };
}
