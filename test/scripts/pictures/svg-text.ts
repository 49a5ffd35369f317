/** What a reader of XML finds in a small document without comments and declarations; throws where it is not well formed. */
export function textsOf(svg: string, element: string): string[] {
  const open: string[] = [];
  const texts: string[] = [];
  let text = '';
  let end = 0;
  for (const match of svg.matchAll(
    /<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>|<|&(?!(?:amp|lt|gt|quot);)/g,
  )) {
    const [tag, closing, name = '', , isEmpty] = match;
    if (name === '') throw new Error(`no tag and no entity at ${svg.slice(match.index, match.index + 40)}`);
    text += svg.slice(end, match.index);
    end = match.index + tag.length;
    if (closing && open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    if (!closing && !isEmpty) open.push(name);
    if (name !== element) continue;
    if (closing) texts.push(unescaped(text));
    text = '';
  }
  if (open.length > 0) throw new Error(`<${open.join('> <')}> is not closed`);
  return texts;
}

function unescaped(text: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replaceAll(/&(\w+);/g, (_, name: string) => characters[name] ?? '');
}
