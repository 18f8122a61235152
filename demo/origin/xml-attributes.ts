export type Attributes = Readonly<Record<string, string | number | bigint | undefined>>;

/** Attributes as they stand in a tag, those without a value left out. */
export function attributes(values: Attributes): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeXml(`${value}`)}"`))
    .join('');
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
