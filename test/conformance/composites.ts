import { type Case, fails, plays, swap } from './case.ts';

const PLACE = 'IIS Smooth Streaming, composite manifests';
const SECOND = 10_000_000;

interface ClipHow {
  /** Seconds of the clean title. */
  readonly begin?: number;
  readonly end?: number;
  readonly url?: string;
  /** Changes the streams that are listed. */
  readonly streams?: (listed: string) => string;
}

/** The clean title's streams in a clip, each with those chunks only that the clip needs. */
function clip(
  clean: string,
  { begin, end, url = 'Manifest', streams = (listed) => listed }: ClipHow,
): string {
  const listed = clean.slice(clean.indexOf('  <StreamIndex'), clean.lastIndexOf('</SmoothStreamingMedia>'));
  const needed = listed.replace(/ *<c t="(\d+)" d="(\d+)"\/>\n/g, (chunk, t, d) => {
    const [from, to] = [Number(t) / SECOND, (Number(t) + Number(d)) / SECOND];
    return from < (end ?? Number.POSITIVE_INFINITY) && to > (begin ?? 0) ? chunk : '';
  });
  const time = (name: string, seconds?: number) =>
    seconds === undefined ? '' : ` ${name}="${seconds * SECOND}"`;
  return `<Clip Url="${url}"${time('ClipBegin', begin)}${time('ClipEnd', end)}>${streams(needed)}</Clip>`;
}

export const composite =
  (...clips: readonly ClipHow[]) =>
  (clean: string) =>
    `<?xml version="1.0"?><SmoothStreamingMedia MajorVersion="1" MinorVersion="0" Duration="5964583334">${clips
      .map((one) => clip(clean, one))
      .join('\n')}</SmoothStreamingMedia>`;

/** A case of a composite manifest. */
export const ofClips = (one: Omit<Case, 'url' | 'place'>): Case => ({
  ...one,
  place: PLACE,
  url: 'title.csm',
});

const withoutHigh = (listed: string) =>
  swap(swap(listed, /.*Bitrate="91797".*\n/, ''), 'QualityLevels="2"', 'QualityLevels="1"');
const withoutLow = (listed: string) =>
  swap(swap(listed, /.*Bitrate="57019".*\n/, ''), 'QualityLevels="2"', 'QualityLevels="1"');
const withoutSound = (listed: string) =>
  swap(listed, / {2}<StreamIndex Type="audio"[\s\S]*?<\/StreamIndex>\n/, '');
const inVc1 = (listed: string) => swap(listed, /FourCC="H264"/g, 'FourCC="WVC1"');
const emptied = () => '';

/** Manifests that join clips of others. */
export const COMPOSITES: readonly Case[] = [
  ofClips({
    name: 'two clips, the later first',
    composite: composite({ begin: 2, end: 4 }, { begin: 0, end: 2 }),
    expect: plays({
      pieces: [
        [50, 99],
        [0, 49],
      ],
    }),
  }),
  ofClips({
    name: 'three clips of other titles, of one level each and not the same',
    composite: composite(
      { begin: 0, end: 2, url: '../clean.ism/Manifest', streams: withoutHigh },
      { begin: 0, end: 2, streams: withoutLow },
      { begin: 2, end: 4, url: '/case/clean.ism', streams: withoutHigh },
    ),
    expect: plays({
      pieces: [
        [0, 49],
        [0, 49],
        [50, 99],
      ],
    }),
  }),
  ofClips({
    name: 'a composite manifest with quotes forgotten, and without its end',
    composite: (clean) =>
      swap(
        composite(
          { begin: 0, end: 2 },
          { begin: 2, end: 4 },
        )(clean).replace(/(t|d|ClipEnd)="(\d+)"/g, '$1=$2'),
        '</SmoothStreamingMedia>',
        '',
      ),
    expect: plays({ warnings: ['manifest-mended', 'manifest-truncated'] }),
  }),
  ofClips({
    name: 'clips that end in the midst of a chunk',
    composite: composite({ begin: 0, end: 1.4 }, { begin: 2, end: 3.2 }, { begin: 0, end: 1 }),
    expect: plays({
      pieces: [
        [0, 34],
        [50, 79],
        [0, 24],
      ],
    }),
  }),
  ofClips({
    name: 'times alone, and the length of all behind the last',
    composite: composite({
      begin: 2,
      end: 3,
      streams: (listed) =>
        swap(listed, /<c t="20000000" d="20000000"\/>/, '<c t="20000000" d="60968707"/>').replace(
          /(<c t="0") d="20053333"\/>/,
          '$1/>',
        ),
    }),
    expect: plays({ pieces: [[50, 74]] }),
  }),
  ofClips({
    name: 'ClipEnd is a length',
    composite: (clean) =>
      swap(
        composite({ begin: 0, end: 2 }, { begin: 2, end: 4 })(clean),
        'ClipEnd="40000000"',
        'ClipEnd="20000000"',
      ),
    expect: plays({
      pieces: [
        [0, 49],
        [50, 99],
      ],
    }),
  }),
  ofClips({
    name: 'clips without beginning, end and streams: their own manifests tell',
    composite: composite(
      { url: '../clean.ism/Manifest?token=a/b', streams: emptied },
      { end: 2, url: '../clean.ism', streams: emptied },
    ),
    expect: plays({
      pieces: [
        [0, 99],
        [0, 49],
      ],
    }),
  }),
  ofClips({
    name: 'a clip in VC-1, one without sound and one that is nowhere are left out',
    composite: composite(
      { begin: 0, end: 2, streams: inVc1 },
      { begin: 2, end: 4 },
      { begin: 0, end: 2, streams: withoutSound },
      { url: '../nowhere/Manifest', streams: emptied },
      { url: 'ftp://elsewhere/x.ism/Manifest' },
      { begin: 0, end: 2 },
    ),
    expect: plays({
      pieces: [
        [50, 99],
        [0, 49],
      ],
      warnings: ['manifest-part-left-out'],
    }),
  }),
  ofClips({
    name: 'no sound in any clip',
    composite: composite(
      { begin: 2, end: 4, streams: withoutSound },
      { begin: 0, end: 1.4, streams: withoutSound },
    ),
    expect: plays({
      pieces: [
        [50, 99],
        [0, 34],
      ],
    }),
  }),
  ofClips({
    name: 'clips in VC-1 alone',
    composite: composite({ begin: 0, end: 2, streams: inVc1 }),
    expect: fails('codec-unsupported'),
  }),
];
