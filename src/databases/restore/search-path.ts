import type { Format } from '../../settings/setting.ts';

/** Names of schemas with commas between, as SQL has them: what PostgreSQL takes for `search_path`. */
export const searchPath: Format<string> = {
  usage: '<schemas>',
  parse: (text) =>
    /^(?:"[^"\p{Cc}]+"|[\p{L}_][\p{L}\d_$]*)(?: *, *(?:"[^"\p{Cc}]+"|[\p{L}_][\p{L}\d_$]*))*$/u.test(text)
      ? { value: text }
      : { expected: 'names of schemas with commas between, such as app,public' },
};
