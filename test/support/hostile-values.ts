/**
 * 200 values that would do something if any of them reached a shell as code, or break what is careless: each runs
 * `touch "$CANARY"` where it can.
 */
export function hostileValues(): string[] {
  const act = 'touch "$CANARY"';
  const commands = [
    `$(${act})`,
    `\`${act}\``,
    `;${act};`,
    `|${act}|`,
    `&&${act}&&`,
    `||${act}||`,
    `&${act}&`,
    `\n${act}\n`,
    `\r\n${act}\r\n`,
    `>"$CANARY"`,
    `<(${act})`,
    `\${x:-$(${act})}`,
    `$((x[$(${act})]))`,
    `\\$(${act})`,
    `%b\\044(${act})`,
    `\0$(${act})`,
  ];
  const wrappers: ((text: string) => string)[] = [
    (text) => text,
    (text) => `'${text}'`,
    (text) => `"${text}"`,
    (text) => `'; ${text}; '`,
    (text) => `"; ${text}; "`,
    (text) => `\\'${text}\\"`,
    (text) => `-${text}`,
    (text) => `a ${text} b`,
    (text) => `)${text}(`,
    (text) => `}${text}{`,
    (text) => `/${text}/`,
  ];
  const others = [
    '',
    ' ',
    '\n',
    '\t',
    '\0',
    '\uFEFF',
    '\u202Efdp.exe',
    '\uD83D',
    '🐘𝄞',
    'x'.repeat(10_240),
    '$(touch $CANARY)'.repeat(640),
    '*',
    '~',
    '..',
    '../../etc/passwd',
    '--help',
    '-rf',
    '--',
    '${HOME}',
    '${x}$(id)',
    '$HOME',
    '%s%n%x',
    "Robert'); DROP TABLE orders;--",
    '\u001b[2J',
  ];
  return [...commands.flatMap((command) => wrappers.map((wrap) => wrap(command))), ...others];
}
