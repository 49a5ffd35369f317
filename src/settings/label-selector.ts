import { matching } from './formats.ts';
import type { Format } from './setting.ts';

const word = '[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const key = `(?:[a-z0-9][-a-z0-9.]*/)?${word}`;
const values = `\\( *(?:${word})?(?: *, *(?:${word})?)* *\\)`;
const requirement = `(?:!?${key}|${key} *(?:==?|!=) *(?:${word})?|${key} +(?:in|notin) +${values})`;
const selector = new RegExp(`^ *${requirement}(?: *, *${requirement})* *$`);

/** As kubectl's `-l` has it. */
export const labelSelector: Format<string> = {
  usage: '<selector>',
  parse: (text) =>
    matching(text, selector, "a label selector such as backup=true, 'tier in (gold,silver)' or !scratch"),
};
