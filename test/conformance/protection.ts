import { type Case, fails, plays, swap } from './case.ts';
import {
  checksum,
  type Key,
  kid,
  type LockLayout,
  lock,
  playReadyObject,
  pssh,
  swapped,
  wrmHeader,
} from './locks.ts';

export const ONE: Key = { id: '00112233445566778899aabbccddeeff', key: '0123456789abcdef0123456789abcdef' };
export const TWO: Key = { id: 'ffeeddccbbaa99887766554433221100', key: 'fedcba9876543210fedcba9876543210' };
export const PLAYREADY = '9a04f079-9840-4286-ab92-e65be0885f95';
const WIDEVINE = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';
export const drm = { clearKeys: { [ONE.id]: ONE.key, [TWO.id]: TWO.key } };
const WRONG = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const SEALED = plays({ isSealed: true });
const LA = '<LA_URL>https://licences.invalid/rm.asmx?a=1&amp;b=2</LA_URL>';

type Asked = NonNullable<Parameters<NonNullable<Case['fragment']>>[1]>;

/** Fragments encrypted as told, by what they are of. */
const locked =
  (how: (asked: Asked) => (LockLayout & { readonly key?: Key }) | 'clear'): NonNullable<Case['fragment']> =>
  (clean, asked) => {
    const layout = how(asked);
    return layout === 'clear' ? clean : lock(clean, layout.key ?? ONE, asked.stream === 'video', layout);
  };
const isLater = ({ time }: Asked) => time > 0n;
const isVideo = ({ stream }: Asked) => stream === 'video';

/** `ProtectionHeader` for each of these, before the streams or behind them. */
const protectedBy =
  (headers: readonly (readonly [systemId: string, content: string])[], isLast = false) =>
  (clean: string): string => {
    const elements = headers.map(
      ([systemId, content]) => `<ProtectionHeader SystemID="${systemId}">${content}</ProtectionHeader>`,
    );
    const protection = `<Protection>${elements.join('\n')}</Protection>`;
    return isLast
      ? swap(clean, '</SmoothStreamingMedia>', `${protection}</SmoothStreamingMedia>`)
      : swap(clean, /(<SmoothStreamingMedia.*>)/, `$1\n${protection}`);
  };
const objectOf = (version: string, data: string) => playReadyObject([1, wrmHeader(version, data)]);
export const header = (version: string, data: string) => objectOf(version, data).toString('base64');
const INFO = '<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>';
const V40 = `${INFO}<KID>${kid(ONE)}</KID><CHECKSUM>${checksum(ONE)}</CHECKSUM>${LA}`;
const PLAIN = header('4.0.0.0', V40);
const kidOf = (key: Key, algorithm = ' ALGID="AESCTR"') => `<KID${algorithm} VALUE="${kid(key)}"></KID>`;
const KIDS = (keys: readonly Key[]) =>
  `<PROTECTINFO><KIDS>${keys.map((key) => kidOf(key)).join('')}</KIDS></PROTECTINFO>`;
/** So many keys that the title doesn't use. */
const others = (count: number): Key[] =>
  Array.from({ length: count }, (_, index) => ({
    id: (index + 1).toString(16).padStart(32, 'a'),
    key: WRONG,
  }));

/** A title that is as it should be but for its header. */
const withHeader = (
  name: string,
  place: string,
  manifest: NonNullable<Case['manifest']>,
  more: Partial<Case> = {},
): Case => ({
  name,
  place,
  manifest,
  fragment: locked(() => ({})),
  drm,
  expect: SEALED,
  ...more,
});

/** A title that is as it should be but for its fragments. */
const withFragments = (
  name: string,
  place: string,
  how: Parameters<typeof locked>[0],
  more: Partial<Case> = {},
): Case => ({
  name,
  place,
  manifest: protectedBy([[PLAYREADY, PLAIN]]),
  fragment: locked(how),
  drm,
  expect: SEALED,
  ...more,
});

const OBJECT = '[MS-PRSTFR], PlayReady Object';
const HEADER = 'PlayReady Header Specification';
const PROTECTION = '[MS-SSTR] 2.2.2.2';
const PIFF = 'PIFF 1.1, 5.3.2';
const CENC = 'ISO/IEC 23001-7, 7';

const HEADERS: readonly Case[] = [
  withHeader('a PlayReady header 4.0', `${HEADER}, 4.0`, protectedBy([[PLAYREADY, PLAIN]])),
  withHeader(
    'a PlayReady header 4.1',
    `${HEADER}, 4.1`,
    protectedBy([[PLAYREADY, header('4.1.0.0', `${LA}<PROTECTINFO>${kidOf(ONE)}</PROTECTINFO>`)]]),
  ),
  withHeader(
    'a PlayReady header 4.2 of forty keys',
    `${HEADER}, 4.2`,
    protectedBy([[PLAYREADY, header('4.2.0.0', KIDS([ONE, ...others(38), TWO]))]]),
    { fragment: locked((asked) => (isLater(asked) ? { key: TWO, override: { id: TWO.id } } : {})) },
  ),
  withHeader(
    'a PlayReady header 4.3, its key of no algorithm',
    `${HEADER}, 4.3`,
    protectedBy([
      [PLAYREADY, header('4.3.0.0', `<PROTECTINFO><KIDS>${kidOf(ONE, '')}</KIDS></PROTECTINFO>`)],
    ]),
  ),
  withHeader(
    'a PlayReady header that names no key',
    `${HEADER}, 4.2`,
    protectedBy([[PLAYREADY, header('4.2.0.0', LA)]]),
  ),
  withHeader(
    'a PlayReady header of a version to come',
    `${HEADER}, version`,
    protectedBy([[PLAYREADY, header('5.0.0.0', V40)]]),
  ),
  withHeader('a protection behind the streams', PROTECTION, protectedBy([[PLAYREADY, PLAIN]], true)),
  withHeader(
    'a SystemID in braces and capitals',
    PROTECTION,
    protectedBy([[`{${PLAYREADY.toUpperCase()}}`, PLAIN]]),
  ),
  withHeader(
    'a header broken into lines and groups',
    PROTECTION,
    protectedBy([
      [PLAYREADY, `\r\n\t${PLAIN.replace(/.{4}/g, '$& ').replace(/.{75}/g, '$&\r\n\t&#10;')}\r\n`],
    ]),
  ),
  withHeader(
    'a header without the padding of base64',
    PROTECTION,
    protectedBy([[PLAYREADY, PLAIN.replace(/=+$/, '')]]),
  ),
  withHeader(
    'a header behind another record',
    OBJECT,
    protectedBy([
      [
        PLAYREADY,
        playReadyObject([3, Buffer.alloc(64, 7)], [1, wrmHeader('4.0.0.0', V40)]).toString('base64'),
      ],
    ]),
  ),
  withHeader(
    'a header in a pssh box',
    'packagers that have it from DASH',
    protectedBy([
      [PLAYREADY, pssh(PLAYREADY.replaceAll('-', ''), objectOf('4.0.0.0', V40)).toString('base64')],
    ]),
  ),
  withHeader(
    'headers of three systems',
    PROTECTION,
    protectedBy([
      ['00000000-1111-2222-3333-444444444444', 'AAAA'],
      [WIDEVINE, Buffer.from(`08011210${ONE.id}`, 'hex').toString('base64')],
      [PLAYREADY, PLAIN],
    ]),
  ),
  withHeader(
    'a PlayReady header for each of two keys',
    PROTECTION,
    protectedBy([
      [PLAYREADY, PLAIN],
      [PLAYREADY, header('4.0.0.0', `${INFO}<KID>${kid(TWO)}</KID>`)],
    ]),
    { fragment: locked((asked) => (isVideo(asked) ? {} : { key: TWO, override: { id: TWO.id } })) },
  ),
  withHeader(
    'a protection in each stream, of its own key',
    `${PROTECTION}: it stands in the root`,
    (clean) =>
      clean.replace(/(<StreamIndex Type="(\w+)".*>)/g, (_, start: string, type: string) => {
        const key = type === 'video' ? TWO : ONE;
        const content = header('4.0.0.0', `${INFO}<KID>${kid(key)}</KID>`);
        return `${start}<Protection><ProtectionHeader SystemID="${PLAYREADY}">${content}</ProtectionHeader></Protection>`;
      }),
    {
      fragment: locked((asked) => (isVideo(asked) ? { key: TWO } : {})),
      expect: plays({ isSealed: true, warnings: ['manifest-mended'] }),
    },
  ),
  withHeader(
    'a header that is no base64 beside a good one',
    PROTECTION,
    protectedBy([
      [WIDEVINE, '%%%'],
      [PLAYREADY, PLAIN],
    ]),
    { expect: plays({ isSealed: true, warnings: ['manifest-part-left-out'] }) },
  ),
  withHeader('encrypted fragments of which the manifest tells nothing', PROTECTION, (clean) => clean, {
    drm: { clearKeys: { [ONE.id]: ONE.key } },
  }),
  withHeader(
    'fragments encrypted whole, with a key from a URL',
    'ISO/IEC 23009-4',
    protectedBy([
      [
        'B47B251A-2409-4B42-958E-08DBAE7B4EE9',
        '<ContentProtection xmlns:sea="urn:mpeg:dash:schema:sea:2012" schemeIdUri="urn:mpeg:dash:sea:2012">' +
          '<sea:CryptoPeriod IV="0x00" keyUriTemplate="https://keys.invalid/?kid=1"/></ContentProtection>',
      ],
    ]),
    { expect: fails('drm-scheme-unsupported') },
  ),
  withHeader('a wrong key', `${HEADER}, CHECKSUM`, protectedBy([[PLAYREADY, PLAIN]]), {
    drm: { clearKeys: { [ONE.id]: WRONG } },
    expect: fails('drm-key-wrong'),
  }),
];

const FRAGMENTS: readonly Case[] = [
  withFragments('PIFF 1.1, vectors of 8 bytes', PIFF, () => ({})),
  withFragments('PIFF 1.1, vectors of 16 bytes', PIFF, () => ({ ivSize: 16 })),
  withFragments('PIFF 1.3: senc', CENC, () => ({ boxes: ['senc'] })),
  withFragments('senc, vectors of 16 bytes', CENC, () => ({ boxes: ['senc'], ivSize: 16 })),
  withFragments('an override of nothing', PIFF, () => ({ override: { id: ONE.id } })),
  withFragments('an override that names its key as Windows does', PIFF, () => ({
    override: { id: swapped(ONE.id) },
  })),
  withFragments('an override to vectors of 16 bytes, in later fragments', PIFF, (asked) =>
    isLater(asked) ? { ivSize: 16, override: { id: ONE.id } } : {},
  ),
  withFragments('an override to no algorithm', PIFF, (asked) =>
    isVideo(asked) ? {} : { override: { algorithm: 0, id: ONE.id }, isClear: true },
  ),
  withFragments('another key by override, that no header names', PIFF, (asked) =>
    isLater(asked) ? { key: TWO, override: { id: TWO.id } } : {},
  ),
  withFragments('another key by sample group', 'ISO/IEC 23001-7, 6', (asked) =>
    isLater(asked) ? { key: TWO, boxes: ['senc'], group: { id: TWO.id } } : { boxes: ['senc'] },
  ),
  withFragments('a sample group in several runs', 'ISO/IEC 14496-12, 8.9.2', () => ({
    boxes: ['senc'],
    group: { id: ONE.id, runs: 3 },
  })),
  withFragments('keys that change within each fragment', 'ISO/IEC 23001-7, 6', () => ({
    boxes: ['senc'],
    turns: [ONE, TWO, ONE],
  })),
  withFragments('clear samples among encrypted ones', 'ISO/IEC 23001-7, 6', (asked) => ({
    boxes: ['senc'],
    turns: isLater(asked) ? ['clear', ONE, 'clear'] : [TWO, 'clear', ONE],
  })),
  withFragments('a key for each stream', PIFF, (asked) =>
    isVideo(asked) ? {} : { key: TWO, override: { id: TWO.id } },
  ),
  withFragments('both boxes, senc and uuid', 'packagers that serve both', () => ({
    boxes: ['uuid', 'senc'],
  })),
  withFragments('entries in front of the runs', '[MS-SSTR] 2.2.4.4', () => ({ isEarly: true })),
  withFragments('saiz and saio alone', 'ISO/IEC 14496-12, 8.7.8', () => ({ boxes: ['saio'] })),
  withFragments('saiz and saio alone, vectors of 16 bytes', 'ISO/IEC 14496-12, 8.7.8', () => ({
    boxes: ['saio'],
    ivSize: 16,
  })),
  withFragments('stale saiz and saio beside the entries', 'origins that change fragments', () => ({
    isStale: true,
  })),
  withFragments('clear sound', 'PIFF 1.1, 5.1', (asked) => (isVideo(asked) ? {} : 'clear')),
  withFragments('clear picture', 'PIFF 1.1, 5.1', (asked) => (isVideo(asked) ? 'clear' : {})),
  withFragments('a clear lead', 'ISO/IEC 23001-7, 7', (asked) => (isLater(asked) ? {} : 'clear')),
  withFragments('a clear end', 'ISO/IEC 23001-7, 7', (asked) => (isLater(asked) ? 'clear' : {})),
  withFragments('nothing encrypted at all', PROTECTION, () => 'clear', {
    drm: {},
    expect: plays(),
  }),
  withFragments('AES-CBC', PIFF, () => ({ override: { algorithm: 2, id: ONE.id } }), {
    expect: fails('drm-scheme-unsupported'),
  }),
];

/** Headers of the manifest, and how fragments say what they are encrypted with. */
export const PROTECTED_TITLES: readonly Case[] = [...HEADERS, ...FRAGMENTS];
