import { createRequire } from 'node:module';

/** Fields that would fill pages and only repeat the bytes. */
const LONG = 24;

interface Inspector {
  inspect(bytes: Uint8Array): readonly object[];
}

/** The boxes in some bytes, as read by mux.js; `undefined` if it isn't installed. */
export function dumpBoxes(bytes: Uint8Array): string | undefined {
  let inspector: Inspector;
  try {
    inspector = createRequire(import.meta.url)('mux.js/lib/tools/mp4-inspector.js') as Inspector;
  } catch {
    return undefined;
  }
  try {
    return inspector
      .inspect(bytes)
      .flatMap((box) => linesOf(box, 2))
      .join('\n');
  } catch (error) {
    return `  mux.js could not read them: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function linesOf(box: object, indent: number): string[] {
  const { type, boxes, ...fields } = box as { type?: string; boxes?: readonly object[] };
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${shorten(value)}`);
  const line = `${' '.repeat(indent)}${type ?? '?'}  ${pairs.join(' ')}`.trimEnd();
  return [line, ...(boxes ?? []).flatMap((inner) => linesOf(inner, indent + 2))];
}

function shorten(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (Array.isArray(value) && value.length > 3) {
    return `[${value.slice(0, 2).map(shorten).join(', ')}, … ${value.length} in total]`;
  }
  if (typeof value === 'bigint') return String(value);
  const text =
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ??
    String(value);
  return Array.isArray(value) || text.length <= 4 * LONG ? text : `${text.slice(0, 4 * LONG)}…`;
}
