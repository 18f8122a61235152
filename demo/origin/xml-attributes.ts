export type Attributes = Readonly<Record<string, string | number | bigint | undefined>>;

/** Attributes for a tag, without those that have no value. */
export function attributes(values: Attributes): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeXml(`${value}`)}"`))
    .join('');
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
