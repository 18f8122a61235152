import { type Case, plays, swap } from './case.ts';
import { cleanManifest } from './clean-title.ts';
import { open, write } from './fragment-tools.ts';

type Asked = Parameters<NonNullable<Case['fragment']>>[1];

const START_CODE = Buffer.from([0, 0, 0, 1]);

/** How a NAL unit is set apart from the next. */
const behindLengthOf =
  (bytes: number) =>
  (unit: Buffer): Buffer => {
    const length = Buffer.alloc(bytes);
    length.writeUIntBE(unit.length, 0, bytes);
    return Buffer.concat([length, unit]);
  };
const behindLength = behindLengthOf(4);
const behindStartCode = (unit: Buffer): Buffer => Buffer.concat([START_CODE, unit]);

function unitsOf(sample: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at < sample.length; at += 4 + sample.readUInt32BE(at)) {
    units.push(sample.subarray(at + 4, at + 4 + sample.readUInt32BE(at)));
  }
  return units;
}

/** The parameter sets of a level, as the clean manifest has them. */
function setsOf(bitrate: number): Buffer[] {
  const [, hex = ''] =
    new RegExp(`Bitrate="${bitrate}".*CodecPrivateData="(\\w+)"`).exec(cleanManifest()) ?? [];
  return hex
    .split('00000001')
    .slice(1)
    .map((unit) => Buffer.from(unit, 'hex'));
}

/** The fragment with parameter sets in front of its first picture. */
const inBand = (wrap: (unit: Buffer) => Buffer) => (clean: Buffer, asked: Asked) => {
  if (asked.stream !== 'video') return clean;
  const { samples, payload } = open(clean);
  let offset = 0;
  const written = samples.map((sample, index) => {
    const units = unitsOf(payload.subarray(sample.offset, sample.offset + sample.size));
    const data = Buffer.concat([...(index === 0 ? setsOf(asked.bitrate) : []), ...units].map(wrap));
    offset += data.length;
    return { sample: { ...sample, size: data.length, offset: offset - data.length }, data };
  });
  return write({
    samples: written.map(({ sample }) => sample),
    payload: Buffer.concat(written.map(({ data }) => data)),
  });
};

const picture = (fourCC: string, keepsData: boolean) => (clean: string) =>
  clean.replace(
    /FourCC="H264"(.*?CodecPrivateData=")(\w+)"/g,
    (_, between, hex) => `FourCC="${fourCC}"${between}${keepsData ? hex : ''}"`,
  );

const sound = (fourCC: string, hex: string) => (clean: string) =>
  swap(clean, /FourCC="AACL"(.*?CodecPrivateData=")\w+"/, `FourCC="${fourCC}"$1${hex}"`);

/** Where codecs keep what decoders must know. */
export const FRAGMENTS_CODECS: readonly Case[] = [
  {
    name: 'parameter sets in the fragments too',
    place: 'ISO/IEC 14496-15, 5.3: avc3',
    fragment: inBand(behindLength),
    expect: plays(),
  },
  {
    name: 'parameter sets in the fragments alone',
    place: '[MS-SSTR] 2.2.2.5, CodecPrivateData: required',
    manifest: picture('H264', false),
    fragment: inBand(behindLength),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  ...['AVC3', ''].map(
    (fourCC): Case => ({
      name: `parameter sets in the fragments alone, FourCC "${fourCC}"`,
      place: '[MS-SSTR] 2.2.2.5; ISO/IEC 14496-15, 5.3: avc3',
      manifest: picture(fourCC, false),
      fragment: inBand(behindLength),
      expect: plays({ warnings: ['manifest-mended'] }),
    }),
  ),
  {
    name: 'lengths of two bytes',
    place: '[MS-SSTR] 2.2.2.5, NALUnitLengthField',
    manifest: (clean) => swap(clean, /FourCC="H264"/g, 'FourCC="H264" NALUnitLengthField="2"'),
    fragment: inBand(behindLengthOf(2)),
    expect: plays(),
  },
  {
    name: 'lengths of three bytes, which can’t be: they have four',
    place: '[MS-SSTR] 2.2.2.5, NALUnitLengthField',
    manifest: (clean) => swap(clean, /FourCC="H264"/g, 'FourCC="H264" NALUnitLengthField="3"'),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  {
    name: 'start codes instead of lengths',
    place: '[MS-SSTR] 2.2.2.5, FourCC AVCB',
    manifest: picture('AVCB', true),
    fragment: inBand(behindStartCode),
    expect: plays({ repairs: ['annex-b'] }),
  },
  {
    name: 'start codes, and parameter sets in the fragments alone',
    place: '[MS-SSTR] 2.2.2.5, FourCC AVCB',
    manifest: picture('AVCB', false),
    fragment: inBand(behindStartCode),
    expect: plays({ warnings: ['manifest-mended'], repairs: ['annex-b'] }),
  },
  {
    name: 'start codes, two fragments in one response',
    place: '[MS-SSTR] 2.2.2.5, FourCC AVCB; CMAF chunks',
    manifest: picture('AVCB', true),
    fragment: (clean, asked) => {
      if (asked.stream !== 'video') return clean;
      const { samples, payload } = open(inBand(behindStartCode)(clean, asked));
      const half = samples.slice(25);
      const from = half[0]?.offset ?? 0;
      return Buffer.concat([
        write({ samples: samples.slice(0, 25), payload: payload.subarray(0, from) }),
        write({
          samples: half.map((sample) => ({ ...sample, offset: sample.offset - from })),
          payload: payload.subarray(from),
        }),
      ]);
    },
    expect: plays({ repairs: ['annex-b'] }),
  },
  {
    name: 'AAC of which the manifest tells neither rate nor channels',
    place: '[MS-SSTR] 2.2.2.5, SamplingRate and Channels: required',
    manifest: (clean) => swap(sound('AACL', '')(clean), / SamplingRate="\d+" Channels="\d+"/, ''),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  ...[
    { name: 'AAC-LC under the name of HE-AAC', fourCC: 'AACH', hex: '1190' },
    { name: 'AAC-LC that says it has no SBR, padded', fourCC: 'AACL', hex: '119056E5000000000000' },
    { name: 'AAC with its private data all zeros', fourCC: 'AACL', hex: '0000' },
  ].map(
    ({ name, fourCC, hex }): Case => ({
      name,
      place: '[MS-SSTR] 2.2.2.5; ISO/IEC 14496-3, 1.6.2.1',
      manifest: sound(fourCC, hex),
      expect: plays(),
    }),
  ),
];
