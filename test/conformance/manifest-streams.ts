import { type Case, fails, plays, swap } from './case.ts';
import { LEVELS } from './clean-title.ts';

const TEMPLATE = 'QualityLevels({bitrate})/Fragments(video={start time})';
const template = (url: string) => (clean: string) => swap(clean, TEMPLATE, url);

/** A stream behind the others. */
const beside = (stream: string) => (clean: string) =>
  swap(clean, '</SmoothStreamingMedia>', `${stream}</SmoothStreamingMedia>`);

/** A level behind the others of the picture. */
const withLevel = (level: string) => (clean: string) =>
  swap(
    swap(clean, /(Bitrate="57019" .*?\/>\n)/, `$1    ${level}\n`),
    'QualityLevels="2"',
    'QualityLevels="3"',
  );

const privateData = (clean: string, of: RegExp, change: (hex: string) => string) =>
  clean.replace(of, (_, before, hex, after) => `${before}${change(hex)}${after}`);
const PICTURE_DATA = /(FourCC="H264".*?CodecPrivateData=")(\w+)(")/g;
const SOUND_DATA = /(FourCC="AACL".*?CodecPrivateData=")(\w+)(")/g;

/** An `avcC` of the parameter sets that stand behind start codes. */
function asRecord(hex: string): string {
  const [, sps = '', pps = ''] = hex.split('00000001');
  const unit = (nal: string) => (nal.length / 2).toString(16).padStart(4, '0') + nal;
  return `01${sps.slice(2, 8)}ffe1${unit(sps)}01${unit(pps)}`;
}

/** A path as its server reads it, be it decoded already or not. */
const decoded = (path: string): string => (path.includes('%') ? decodeURIComponent(path) : path);

/** URLs, names, and streams of every kind. [MS-SSTR] 2.2.2.3 to 2.2.2.5. */
export const MANIFEST_STREAMS: readonly Case[] = [
  ...[
    'QualityLevels({Bitrate})/Fragments(video={start_time})',
    'QualityLevels({bitrate})/Fragments(video={Start Time})',
    'QualityLevels({BITRATE})/Fragments(video={START TIME})',
    'QualityLevels(%7Bbitrate%7D)/Fragments(video=%7Bstart%20time%7D)',
  ].map(
    (url): Case => ({
      name: `the template ${url}`,
      place: '[MS-SSTR] 2.2.2.3; packagers spell as they like',
      manifest: template(url),
      expect: plays(),
    }),
  ),
  {
    name: 'a template with a query',
    place: 'servers that check tokens',
    manifest: template(`${TEMPLATE}?token=a%2Fb&amp;x=1`),
    expect: plays(),
  },
  {
    name: 'a template with a query, its "&" as it is',
    place: 'XML 1.0, 2.4: must be escaped',
    manifest: template(`${TEMPLATE}?token=a%2Fb&x=1`),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  {
    name: 'a template from the root',
    place: 'RFC 3986, 5.2',
    manifest: template(`/case/clean.ism/${TEMPLATE}`),
    expect: plays(),
  },
  ...[
    { name: 'another host', from: (elsewhere: string) => elsewhere },
    { name: 'another host, by the manifest’s scheme', from: (elsewhere: string) => elsewhere.slice(5) },
  ].map(
    ({ name, from }): Case => ({
      name: `a template of ${name}`,
      place: 'RFC 3986, 4.2; CDNs',
      manifest: (clean, elsewhere) => template(`${from(elsewhere)}/case/clean.ism/${TEMPLATE}`)(clean),
      fragment: (clean, { stream }) => (stream === 'video' ? undefined : clean),
      expect: plays(),
    }),
  ),
  {
    name: 'a template that steps up and down',
    place: 'RFC 3986, 5.2.4',
    manifest: template(`../clean.ism/./${TEMPLATE}`),
    expect: plays(),
  },
  {
    name: 'attributes in the URL, of levels that share a bitrate',
    place: '[MS-SSTR] 2.2.2.5, CustomAttributes',
    manifest: (clean) =>
      template('QualityLevels({bitrate},{CustomAttributes})/Fragments(video={start time})')(
        clean.replace(
          /(<QualityLevel Index="\d" Bitrate=")(91797|57019)(".*?)\/>/g,
          (_, before, bitrate, after) =>
            `${before}57019${after}><CustomAttributes><Attribute Name="hardwareProfile" Value="${bitrate}"/>` +
            '<Attribute Name="x" Value="1"/></CustomAttributes></QualityLevel>',
        ),
      ),
    locate: ({ path, fragment }) => {
      const [, stream = '', time = '0'] = /Fragments\((\w+)=(\d+)\)/.exec(path) ?? [];
      const [, bitrate] = /QualityLevels\(57019,hardwareProfile=(\d+),x=1\)/.exec(path) ?? [];
      return bitrate === undefined ? fragment : { stream, time: BigInt(time), bitrate: Number(bitrate) };
    },
    expect: plays(),
  },
  {
    name: 'a place for attributes that no level has',
    place: '[MS-SSTR] 2.2.2.3',
    manifest: template('QualityLevels({bitrate}, {CustomAttributes})/Fragments(video={start time})'),
    expect: plays(),
  },
  {
    name: 'a title without /Manifest',
    place: 'Media3, Azure',
    url: '',
    expect: plays(),
  },
  {
    name: 'a title with a query whose value has slashes',
    place: 'RFC 3986, 3.4',
    url: 'Manifest?auth=a/b/c.ism',
    expect: plays(),
  },
  {
    name: 'a template that names another scheme',
    place: 'hostile manifests',
    manifest: (clean) =>
      template('data:video/mp4;base64,{bitrate}{start time}')(
        swap(clean, / {2}<StreamIndex Type="audio"[\s\S]*?<\/StreamIndex>\n/, ''),
      ),
    expect: fails('source-invalid'),
  },
  ...['βίντεο', '映像 1', 'видео-á', 'צפייה', '🎬 video'].map(
    (named): Case => ({
      name: `a stream that is called ${named}`,
      place: '[MS-SSTR] 2.2.2.3; RFC 3986, 2.5: UTF-8, percent-encoded',
      manifest: (clean) =>
        swap(
          template(`QualityLevels({bitrate})/Fragments(${named}={start time})`)(clean),
          'Name="video"',
          `Name="${named}"`,
        ),
      locate: ({ path, fragment }) => {
        const [, bitrate, stream, time] =
          /^QualityLevels\((\d+)\)\/Fragments\((.+)=(\d+)\)$/.exec(decoded(path)) ?? [];
        return stream === named && bitrate && time
          ? { stream: 'video', bitrate: Number(bitrate), time: BigInt(time) }
          : fragment;
      },
      expect: plays(),
    }),
  ),
  {
    name: 'no names: a stream’s name is its type',
    place: '[MS-SSTR] 2.2.2.3',
    manifest: (clean) => clean.replace(/ Name="\w+"/g, ''),
    expect: plays(),
  },
  {
    name: 'names that repeat',
    place: '[MS-SSTR] 2.2.2.3: forbidden',
    manifest: (clean) => clean.replaceAll(/ Name="\w+"/g, ' Name="track"'),
    expect: plays(),
  },
  {
    name: 'two streams of sound without names and languages',
    place: '[MS-SSTR] 2.2.2.3; identity is the place',
    manifest: (clean) =>
      swap(clean, /( {2}<StreamIndex Type="audio"[\s\S]*?<\/StreamIndex>\n)/, '$1$1').replace(
        / (Name="audio_en"|Language="en")/g,
        '',
      ),
    expect: plays(),
  },
  {
    name: 'sound without a Url',
    place: '[MS-SSTR] 2.2.2.3: required',
    manifest: (clean) =>
      swap(clean, / Url="QualityLevels\({bitrate}\)\/Fragments\(audio_en={start time}\)"/, ''),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'a picture that claims to be in the manifest, and has a Url',
    place: '[MS-SSTR] 2.2.2.3, ManifestOutput',
    manifest: (clean) => swap(clean, 'Type="video"', 'Type="video" ManifestOutput="TRUE"'),
    expect: plays(),
  },
  {
    name: 'markers in the manifest, without a Url and without levels',
    place: 'IIS Smooth Streaming, Content',
    manifest: beside(
      '<StreamIndex Type="text" Subtype="CHAP" Name="chapters"><Content><Marker Time="0" Value="A"/><Marker Time="20000000" Value="B"/></Content></StreamIndex>',
    ),
    expect: plays(),
  },
  {
    name: 'SCTE-35 in the manifest, its f without i',
    place: 'Azure Media Services, timed metadata',
    manifest: beside(
      '<StreamIndex Type="text" Subtype="DATA" Name="scte35" ParentStreamIndex="video" ManifestOutput="TRUE" Url="QualityLevels({bitrate})/Fragments(scte35={start time})"><QualityLevel Index="0" Bitrate="0" FourCC="" CodecPrivateData=""><CustomAttributes><Attribute Name="Scheme" Value="urn:scte:scte35:2013:bin"/></CustomAttributes></QualityLevel><c t="10000000" d="5000000"><f>/DAlAAAAAAAAAP/wFAUAAAABf+/+kybGyP4BSvaQAAEBAQAArky/3g==</f></c><c t="10000000" d="5000000"><f>/DA=</f></c></StreamIndex>',
    ),
    expect: plays(),
  },
  {
    name: 'attributes of vendors, named {Namespace}_{Name}',
    place: '[MS-SSTR] 2.2.2.5, before CustomAttributes',
    manifest: (clean) =>
      template('QualityLevels({bitrate},{CustomAttributes})/Fragments(video={start time})')(
        swap(clean, /<(StreamIndex|QualityLevel) /g, '<$1 Contoso_Rating="PG" '),
      ),
    locate: ({ path, fragment }) =>
      fragment?.stream === 'audio_en' || path.includes(',Contoso_Rating=PG)') ? fragment : undefined,
    expect: plays(),
  },
  {
    name: 'types in capitals',
    place: '[MS-SSTR] 2.2.2.3',
    manifest: (clean) => swap(swap(clean, 'Type="video"', 'Type="VIDEO"'), 'Type="audio"', 'Type="Audio"'),
    expect: plays(),
  },
  {
    name: 'subtypes that name codecs',
    place: 'Expression Encoder',
    manifest: (clean) =>
      swap(
        swap(clean, 'Type="video"', 'Type="video" Subtype="H264"'),
        'Type="audio"',
        'Type="audio" Subtype=""',
      ),
    expect: plays(),
  },
  {
    name: 'sound before picture',
    place: '[MS-SSTR] 2.2.2: order is free',
    manifest: (clean) =>
      swap(
        clean,
        /( {2}<StreamIndex Type="video"[\s\S]*?<\/StreamIndex>\n)( {2}<StreamIndex Type="audio"[\s\S]*?<\/StreamIndex>\n)/,
        '$2$1',
      ),
    expect: plays(),
  },
  {
    name: 'levels in any order, numbers missing or double',
    place: '[MS-SSTR] 2.2.2.5, Index',
    manifest: (clean) =>
      swap(
        swap(clean, /(<QualityLevel Index="0" Bitrate="91797".*\n)( *<QualityLevel Index="1".*\n)/, '$2$1'),
        /Index="[01]" /g,
        '',
      ),
    expect: plays(),
  },
  {
    name: 'a text stream without chunks',
    place: 'rx-player’s samples',
    manifest: beside(
      '<StreamIndex Type="text" Name="t" Subtype="SUBT" Url="a/{bitrate}/{start time}"><QualityLevel Index="0" Bitrate="1" FourCC="TTML" CodecPrivateData=""/></StreamIndex>',
    ),
    expect: plays(),
  },
  {
    name: 'a sparse stream of commands, its content inline',
    place: '[MS-SSTR] 2.2.2.6.1, ManifestOutput',
    manifest: beside(
      '<StreamIndex Type="text" Subtype="CTRL" Name="ads" ParentStreamIndex="video" ManifestOutput="TRUE"><QualityLevel Index="0" Bitrate="0" FourCC="" CodecPrivateData=""/><c t="10000000"><f i="0">PGEvPg==</f></c></StreamIndex>',
    ),
    expect: plays(),
  },
  {
    name: 'a stream of a type that nobody knows',
    place: '[MS-SSTR] 2.2.2.3',
    manifest: beside('<StreamIndex Type="smell" Url="x"><QualityLevel Bitrate="1"/><c d="1"/></StreamIndex>'),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'an advertising stream',
    place: 'Subtype ADVT',
    manifest: beside(
      '<StreamIndex Type="video" Subtype="ADVT" Name="advt" Url="x/{bitrate}/{start time}"><QualityLevel Index="0" Bitrate="5" FourCC="" CodecPrivateData=""/><c t="0" d="5"/></StreamIndex>',
    ),
    expect: plays(),
  },
  {
    name: 'thumbnails beside the picture',
    place: 'Subtype ZOET, FourCC JPEG',
    manifest: beside(
      '<StreamIndex Type="video" Subtype="ZOET" Name="thumbs" Url="t/{bitrate}/{start time}"><QualityLevel Index="0" Bitrate="900" FourCC="JPEG" CodecPrivateData=""/><c t="0" d="40000000"/></StreamIndex>',
    ),
    expect: plays(),
  },
  {
    name: 'a stream without levels',
    place: '[MS-SSTR] 2.2.2.3',
    manifest: beside(
      '<StreamIndex Type="audio" Name="none" Url="x/{bitrate}/{start time}"><c t="0" d="5"/></StreamIndex>',
    ),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'a level in VC-1 beside those that play',
    place: 'FourCC WVC1',
    manifest: withLevel(
      '<QualityLevel Index="2" Bitrate="500000" FourCC="WVC1" MaxWidth="640" MaxHeight="360" CodecPrivateData="250000010FCBEA1F8A"/>',
    ),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'a level whose parameter sets are noise',
    place: 'dash.js’s fixtures',
    manifest: withLevel(
      '<QualityLevel Index="2" Bitrate="500000" FourCC="H264" MaxWidth="640" MaxHeight="360" CodecPrivateData="250000010FCBEA1F8A"/>',
    ),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'a level without a bitrate',
    place: '[MS-SSTR] 2.2.2.5: required',
    manifest: withLevel(
      '<QualityLevel Index="2" FourCC="H264" MaxWidth="640" MaxHeight="360" CodecPrivateData="00"/>',
    ),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'picture in VC-1 alone',
    place: 'FourCC WVC1; Silverlight 3',
    manifest: (clean) =>
      swap(
        swap(clean, /FourCC="H264"/g, 'FourCC="WVC1"'),
        / {2}<StreamIndex Type="audio"[\s\S]*?<\/StreamIndex>\n/,
        '',
      ),
    expect: fails('codec-unsupported'),
  },
  {
    name: 'sound in WMA: the picture plays alone',
    place: 'FourCC WMAP, AudioTag 354',
    manifest: (clean) =>
      swap(swap(clean, 'FourCC="AACL"', 'FourCC="WMAP"'), 'AudioTag="255"', 'AudioTag="354"'),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'sound in WMA alone',
    place: 'FourCC WMAP, AudioTag 354',
    manifest: (clean) =>
      swap(
        swap(
          swap(clean, / {2}<StreamIndex Type="video"[\s\S]*?<\/StreamIndex>\n/, ''),
          'FourCC="AACL"',
          'FourCC="WMAP"',
        ),
        'AudioTag="255"',
        'AudioTag="354"',
      ),
    expect: fails('codec-unsupported'),
  },
  {
    name: 'no picture',
    place: '[MS-SSTR] 2.2.2',
    manifest: (clean) => swap(clean, / {2}<StreamIndex Type="video"[\s\S]*?<\/StreamIndex>\n/, ''),
    expect: plays({ isSoundOnly: true, duration: 4.01 }),
  },
  {
    name: 'no sound',
    place: '[MS-SSTR] 2.2.2',
    manifest: (clean) => swap(clean, / {2}<StreamIndex Type="audio"[\s\S]*?<\/StreamIndex>\n/, ''),
    expect: plays(),
  },
  {
    name: 'no streams',
    place: '[MS-SSTR] 2.2.2',
    manifest: (clean) => swap(clean, /<StreamIndex[\s\S]*<\/StreamIndex>/, ''),
    expect: fails('manifest-without-media'),
  },
  ...['AVC1', 'avc1', 'h264', ' H264 ', 'X264', 'DAVC'].map(
    (fourCC): Case => ({
      name: `the picture's FourCC is "${fourCC}"`,
      place: '[MS-SSTR] 2.2.2.5',
      manifest: (clean) => swap(clean, /FourCC="H264"/g, `FourCC="${fourCC}"`),
      expect: plays(),
    }),
  ),
  ...[
    { name: 'in small letters', change: (hex: string) => hex.toLowerCase() },
    {
      name: 'with start codes of three bytes',
      change: (hex: string) => hex.replaceAll('00000001', '000001'),
    },
    { name: 'as an avcC record', change: asRecord },
    { name: 'with zeros behind it', change: (hex: string) => `${hex}000000` },
    { name: 'with an access unit delimiter', change: (hex: string) => `0000000109F0${hex}` },
  ].map(
    ({ name, change }): Case => ({
      name: `the picture's private data ${name}`,
      place: '[MS-SSTR] 2.2.2.5, CodecPrivateData',
      manifest: (clean) => privateData(clean, PICTURE_DATA, change),
      expect: plays(),
    }),
  ),
  ...[
    { name: 'empty', change: () => '' },
    { name: 'padded with zeros', change: (hex: string) => `${hex}${'00'.repeat(14)}` },
    { name: 'short: two bytes', change: () => '1190' },
  ].map(
    ({ name, change }): Case => ({
      name: `the sound's private data ${name}`,
      place: '[MS-SSTR] 2.2.2.5, AACL',
      manifest: (clean) => privateData(clean, SOUND_DATA, change),
      expect: plays(),
    }),
  ),
  {
    name: 'sound without a FourCC',
    place: 'Expression Encoder; AudioTag 255',
    manifest: (clean) => swap(clean, 'FourCC="AACL"', 'FourCC=""'),
    expect: plays(),
  },
  {
    name: 'sound described by a WAVEFORMATEX alone',
    place: 'version 1 manifests',
    manifest: (clean) =>
      swap(
        clean,
        /FourCC="AACL".*?\/>/,
        `FourCC="AACL" WaveFormatEx="FF00020080BB0000${'D2040000'}0400100005${'00'}119056E500"/>`,
      ),
    expect: plays(),
  },
  {
    name: 'sizes of the picture told by the stream alone',
    place: '[MS-SSTR] 2.2.2.5: defaults',
    manifest: (clean) => swap(clean, /(FourCC="H264") MaxWidth="\d+" MaxHeight="\d+"/g, '$1'),
    expect: plays(),
  },
  {
    name: 'no sizes at all',
    place: '[MS-SSTR] 2.2.2.5',
    manifest: (clean) => clean.replace(/ (Max|Display)(Width|Height)="\d+"/g, ''),
    expect: plays(),
  },
  {
    name: 'a picture to be shown in another shape than it is coded in',
    place: '[MS-SSTR] 2.2.2.3, DisplayWidth and DisplayHeight',
    manifest: (clean) =>
      swap(clean, 'DisplayWidth="426" DisplayHeight="240"', 'DisplayWidth="320" DisplayHeight="240"'),
    expect: plays({ shape: 4 / 3 }),
  },
  {
    name: 'the FourCC told by the stream alone',
    place: 'dash.js falls back to it',
    manifest: (clean) =>
      swap(swap(clean, / FourCC="H264"/g, ''), 'Type="video"', 'Type="video" FourCC="H264"'),
    expect: plays(),
  },
  {
    name: 'sizes under their first names',
    place: 'version 1 manifests: Width, Height',
    manifest: (clean) =>
      swap(clean, /(FourCC="H264") MaxWidth="(\d+)" MaxHeight="(\d+)"/g, '$1 Width="$2" Height="$3"'),
    expect: plays(),
  },
  {
    name: `the level ${LEVELS.high} alone`,
    place: '[MS-SSTR] 2.2.2.3',
    manifest: (clean) =>
      swap(swap(clean, /.*Bitrate="57019".*\n/, ''), 'QualityLevels="2"', 'QualityLevels="1"'),
    expect: plays(),
  },
];
