/**
 * The item that typed text leads to: the next one after `from` whose label begins with it, ignoring case and accents.
 * While only one character was typed, or is repeated, it goes on to the next such item.
 */
export function typeAhead(labels: readonly string[], from: number, typed: string): number | undefined {
  const isRepeated = [...typed].every((letter) => letter === typed[0]);
  const wanted = plain(isRepeated ? (typed[0] ?? '') : typed);
  if (wanted === '') return undefined;
  const first = isRepeated ? from + 1 : Math.max(0, from);
  const order = labels.map((_, index) => (first + index) % labels.length);
  return order.find((index) => plain(labels[index] ?? '').startsWith(wanted));
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLocaleLowerCase()
    .trim();
