/** H.265 with Dolby Vision: with parameter sets in the stream, and without. Dolby Vision Streams Within the ISO Base Media File Format, 2. */
const FOUR_CCS = ['DVHE', 'DVH1'];

/** Profile 5: only a Dolby Vision decoder shows it correctly, as for titles with such a FourCC. */
const PROFILE = '05';
/** For 60 pictures a second, by the maximum number of pixels. Dolby Vision Profiles and Levels, 2. */
const LEVELS: readonly (readonly [pixels: number, level: string])[] = [
  [1280 * 720, '03'],
  [1920 * 1080, '05'],
  [Number.POSITIVE_INFINITY, '09'],
];

export const isDolbyVision = (fourCC: string): boolean => FOUR_CCS.includes(fourCC);

/** The codec string in the manifest, or one that fits most titles: the browser knows whether it plays that. */
export function dolbyVisionCodec(fourCC: string, said: readonly string[], pixels: number): string {
  const given = said.find((value) => /^dv(?:he|h1)\.\d\d\.\d\d$/i.test(value.trim()));
  const level = LEVELS.find(([most]) => pixels <= most)?.[1] ?? '09';
  return given?.trim().toLowerCase() ?? `${fourCC.toLowerCase()}.${PROFILE}.${level}`;
}

/** Profile and level of a codec string; `undefined` for other codecs. */
export function readDolbyVision(codec: string | undefined) {
  const [, type, profile, level] = /^(dvhe|dvh1)\.(\d\d)\.(\d\d)$/.exec(codec ?? '') ?? [];
  return type && { type, profile: Number(profile), level: Number(level) };
}
