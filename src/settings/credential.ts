import type { Format } from './setting.ts';

/** A value for the database's tools: a variable of the database's container, or text of our own settings. */
export type Credential =
  | { readonly from: 'container'; readonly variable: string }
  | { readonly from: 'literal'; readonly value: string };

const reference = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** Exactly `${NAME}` means the variable NAME of the database's container; everything else is literal text. */
export function parseCredential(text: string): Credential {
  const variable = reference.exec(text)?.[1];
  return variable === undefined ? { from: 'literal', value: text } : { from: 'container', variable };
}

export const credential: Format<Credential> = {
  usage: '<value>',
  parse: (text) =>
    /[\0\n]/.test(text)
      ? { expected: 'one line without NUL characters, or ${NAME} for a variable of the database container' }
      : { value: parseCredential(text) },
};
