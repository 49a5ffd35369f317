import { programOfGo } from '../program-of-go.ts';

/** From PATH, or as it was built for a test cluster; undefined where there is none. */
export function helmProgram(): string | undefined {
  return programOfGo('helm', 'tools');
}
