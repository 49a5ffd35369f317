import type { Caller } from '../caller.ts';
import { ProblemsError } from '../core/errors.ts';
import { shown } from '../core/quoted.ts';
import { shellLine } from '../core/shell-words.ts';
import { withoutSecrets } from '../core/without-secrets.ts';
import { flagName, type Setting } from '../settings/setting.ts';
import type { Answer } from './ask-snapshot.ts';
import type { Value } from './value.ts';

export type Person = Pick<Caller, 'confirm'>;

interface ConfirmWish {
  readonly missing: readonly Setting<unknown>[];
  readonly person: Person | undefined;
}

/** As much as a person reads of one setting. */
const mostCharacters = 500;

/**
 * Whoever may write to a snapshot may write there which database is meant, where it runs, as whom to log in and which file is its
 * dump, and a record of that dump to go with it: none of it counts before a person has read it and says yes. What is the default needs
 * no yes. Throws ProblemsError 'settings' where nobody can be asked, with the flags that say the same.
 */
export async function confirmRecorded(
  answer: Answer | undefined,
  { missing, person }: ConfirmWish,
): Promise<Answer | undefined> {
  if (!answer) return undefined;
  const { of } = answer;
  const values = new Map([...answer.values].map(([name, value]) => [name, readable(value)]));
  const lost = new Map([...values].filter(([, value]) => 'lost' in value));
  // It is refused then; nobody is asked about the rest.
  if (lost.size > 0) return { of, values: lost };
  const words = missing.flatMap(({ name, fallback }) => {
    const value = values.get(name);
    return value && 'text' in value && value.text !== fallback ? flagWords(name, value.text) : [];
  });
  if (words.length === 0) return { of, values };
  const line = shellLine(words) ?? '';
  if (!person)
    throw new ProblemsError('settings', [
      `No CronJob says which database this is, and ${of}, which says so, may have been written by anybody who may write to snapshots: it is not believed unless somebody at a terminal confirms it; if it is right, give it here: ${line}`,
    ]);
  const sentence = `No CronJob says which database this is. ${of} says so: ${line}\nWhoever may write to snapshots may have written that. Is it right?`;
  await person.confirm({ sentence, details: {} });
  return { of, values };
}

/** What is shown is what counts: nothing may be hidden in it, or be taken for another setting. */
function readable(value: Value): Value {
  if (!('text' in value)) return value;
  const { text } = value;
  const isPlain =
    shown(text, mostCharacters) === text &&
    shellLine([text]) !== undefined &&
    withoutSecrets(text) === text &&
    !text.includes('⟪');
  return isPlain ? value : { lost: 'cannot be shown as a whole; give it here' };
}

function flagWords(name: string, text: string): readonly string[] {
  const flag = `--${flagName(name)}`;
  return text.startsWith('-') ? [`${flag}=${text}`] : [flag, text];
}
