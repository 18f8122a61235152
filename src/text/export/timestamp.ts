/** Hours, minutes, seconds and thousandths, as in WebVTT and SubRip, which differ only in the decimal separator. */
export function timestamp(seconds: number, point: '.' | ','): string {
  const thousandths = Math.max(0, Math.round(seconds * 1000));
  const part = (value: number, width: number) => String(Math.floor(value)).padStart(width, '0');
  const [h, m, s] = [thousandths / 3_600_000, (thousandths / 60_000) % 60, (thousandths / 1000) % 60];
  return `${part(h, 2)}:${part(m, 2)}:${part(s, 2)}${point}${part(thousandths % 1000, 3)}`;
}
