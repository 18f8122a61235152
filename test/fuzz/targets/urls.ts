import { SmoothError } from '../../../src/base/errors.ts';
import { redactText } from '../../../src/base/redact.ts';
import { ticks } from '../../../src/base/time.ts';
import { fragmentUrl, manifestUrl } from '../../../src/timeline/fragment-url.ts';
import { must, type Target, textOf } from '../target.ts';
import { textTarget } from '../text.ts';
import { checkUrl } from './manifest.ts';

const BASES = [
  'https://origin.example/a/b.ism/Manifest?token=1',
  'https://origin.example/Manifest',
  'https://origin.example',
] as const;

/** A template, a name and a value of a custom attribute, and a time, one a line. */
export const urls: Target = textTarget({
  name: 'urls',
  passes: 40,
  seeds: () => [
    'QualityLevels({bitrate},{CustomAttributes})/Fragments(video={start time})\ncam\n7\n18446744073709551615',
    'https://cdn.example/x({Bitrate},{CustomAttributes})/{start_time}?a=b\nä b\n#=,()\n0',
    '//cdn.example/%7Bbitrate%7D\nname\nvalue with spaces & "quotes"\n-5',
    '../{bitrate}/%7Bstart%20time%7D\n\n\n17639000000000001',
  ],
  words: [
    '{bitrate}',
    '{start time}',
    '{CustomAttributes}',
    'http://',
    'https://',
    '//',
    '../',
    '\\',
    '@',
    ':',
    '%2e%2e/',
    '\n',
    'ftp://x/',
    '\t',
  ],
  read(input) {
    const [template = '', name = '', value = '', time = '0'] = textOf(input).split('\n');
    const start = /^-?\d{1,20}$/.test(time) ? BigInt(time) : 0n;
    const level = { bitrate: 300_000, customAttributes: [{ name, value }] };
    const stream = { urlTemplate: template, wrapsTimes: start < 0n };
    return {
      template,
      name,
      value,
      start,
      makes: BASES.map((base) => () => fragmentUrl(base, stream, level, ticks(start))),
    };
  },
  check({ template, name, value, start, makes }) {
    for (const make of makes) checkUrl(make, start, template);
    for (const base of BASES)
      checkUrl(() => manifestUrl(template, base).replace(/^http:/, 'https:'), 0n, undefined);
    // Dots may take a part of a path away, and a host is written another way.
    if (!template.includes('{CustomAttributes}') || /\.|%2e/i.test(template) || NAMES_HOST.test(template))
      return;
    const attribute = [name, value].map(escaped).join('=');
    for (const make of makes)
      must(
        urlOf(make)?.replaceAll('%27', "'").includes(attribute) ?? true,
        'a custom attribute that is not escaped',
      );
  },
});

/** Attributes where the host of an address stands. */
const NAMES_HOST = /^\s*(?:https?:)?[\\/]{2,}[^\\/?]*\{CustomAttributes\}/i;

/** As a server compares it. */
const escaped = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replaceAll('%3D', '=')
    .replaceAll('%2C', ',');

function urlOf(make: () => string): string | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

const SECRET = 'S3cr3tS3cr3t';

/** Whatever an address begins with, what stands behind `?` and `#` is not told. */
export const redaction: Target = textTarget({
  name: 'redaction',
  passes: 4,
  seeds: () => [
    'host.example/a.ism/Manifest?token=1&x=2#3',
    'host.example/hdnts=exp=1~acl=/*~hmac=abc/a.ism/Manifest?1 after 3 s',
    'user:pw@host/a/b?c "https://h/x?y=1" <https://h/#f> eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc',
  ],
  words: ['https://', '?', '#', '&', '=', '/', '@', 'token=', '~', ' ', 'eyJ', '.'],
  read: (input) => {
    const text = textOf(input);
    const url = `https://${text}/?${SECRET}&token=${SECRET}#${SECRET}`;
    const cause = new TypeError(
      `no answer from https://${text.replace(/[\s"'<>]/g, '')}/?a=${SECRET}#${SECRET}`,
    );
    return { text, told: redactText(text), error: new SmoothError('network-failed', { url }, { cause }) };
  },
  check({ text, told, error }) {
    if (text.includes(SECRET)) return;
    must(!error.message.includes(SECRET), 'a message that tells a secret');
    must(!JSON.stringify(error).includes(SECRET), 'a log that tells a secret');
    must(told.length <= 2 * text.length + 2, 'a text that grows');
  },
});
