export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Quotes string attributes; numbers and enumerations are unquoted. RFC 8216, 4.2. */
export const attributeList = (attributes: Attributes): string =>
  Object.entries(attributes)
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`))
    .join(',');

/** A quoted string, which can contain neither quotes nor line breaks. */
export const quoted = (text: string): string => `"${text.replace(/["\r\n]/g, "'")}"`;
