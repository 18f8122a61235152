import { type Case, fails, plays, swap } from './case.ts';

const utf16 = (text: string, isLittle: boolean): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return isLittle ? bytes : bytes.swap16();
};
const LITTLE_MARK = '\ufeff';

/** The text of a manifest: encodings that lie, and all that XML allows. [MS-SSTR] 2.2.2, XML 1.0. */
export const MANIFEST_TEXT: readonly Case[] = [
  { name: 'nothing is changed', place: '[MS-SSTR] 2.2.2', expect: plays() },
  {
    name: 'UTF-8 with a byte order mark',
    place: 'XML 1.0, F.1',
    manifest: (clean) => `\ufeff${clean}`,
    expect: plays(),
  },
  {
    name: 'UTF-16, little-endian, with a mark',
    place: 'XML 1.0, 4.3.3; IIS live',
    manifest: (clean) => utf16(LITTLE_MARK + swap(clean, 'utf-8', 'utf-16'), true),
    expect: plays(),
  },
  {
    name: 'UTF-16, big-endian, with a mark',
    place: 'XML 1.0, 4.3.3',
    manifest: (clean) => utf16(LITTLE_MARK + swap(clean, 'utf-8', 'UTF-16'), false),
    expect: plays(),
  },
  {
    name: 'UTF-16, little-endian, without a mark',
    place: 'XML 1.0, F.1',
    manifest: (clean) => utf16(clean, true),
    expect: plays(),
  },
  {
    name: 'UTF-16, big-endian, without a mark',
    place: 'XML 1.0, F.1',
    manifest: (clean) => utf16(clean, false),
    expect: plays(),
  },
  {
    name: 'UTF-8 that says it is UTF-16',
    place: 'XML 1.0, 4.3.3; servers that transcode',
    manifest: (clean) => swap(clean, 'utf-8', 'utf-16'),
    expect: plays(),
  },
  {
    name: 'no XML declaration',
    place: 'XML 1.0, 2.8',
    manifest: (clean) => swap(clean, /<\?xml.*\?>\n/, ''),
    expect: plays(),
  },
  {
    name: 'empty lines before the declaration',
    place: 'templates that begin with a line break',
    manifest: (clean) => `\r\n\r\n${clean}`,
    expect: plays(),
  },
  {
    name: 'zeros behind the end',
    place: 'origins that pad',
    manifest: (clean) => Buffer.concat([Buffer.from(clean), Buffer.alloc(64)]),
    expect: plays(),
  },
  {
    name: 'comments, processing instructions and CDATA',
    place: 'XML 1.0, 2.5 to 2.7',
    manifest: (clean) =>
      swap(
        swap(
          clean,
          '<StreamIndex Type="video"',
          '<!-- <c d="1"/> --><?made by="hand"?><StreamIndex Type="video"',
        ),
        '</SmoothStreamingMedia>',
        '<Extra><![CDATA[<c t="5"/>]]></Extra></SmoothStreamingMedia>',
      ),
    expect: plays(),
  },
  {
    name: 'single quotes, and white space around every equals sign',
    place: 'XML 1.0, 2.3 and 3.1',
    manifest: (clean) => clean.replace(/ (\w+)="([^"]*)"/g, "\n\t$1 = '$2'"),
    expect: plays(),
  },
  {
    name: 'all on one line, without a space between elements',
    place: 'nginx-vod',
    manifest: (clean) => clean.replace(/>\s+</g, '><'),
    expect: plays(),
  },
  {
    name: 'numeric references in names and in the template',
    place: 'XML 1.0, 4.1',
    manifest: (clean) =>
      swap(clean, 'Fragments(video={start time})', 'Fragments(vide&#x6F;=&#123;start time})'),
    expect: plays(),
  },
  {
    name: 'a default namespace, and vendors’ own',
    place: '[MS-SSTR] 2.2.2, extensions',
    manifest: (clean) =>
      swap(
        swap(
          clean,
          '<SmoothStreamingMedia ',
          '<SmoothStreamingMedia xmlns="urn:schemas-microsoft-com:smooth" xmlns:v="urn:vendor" v:cost="3" ',
        ),
        '</StreamIndex>',
        '<v:Note><v:c t="7" d="7"/></v:Note></StreamIndex>',
      ),
    expect: plays(),
  },
  {
    name: 'attributes in any order',
    place: '[MS-SSTR] 2.2.2: order is free',
    manifest: (clean) => clean.replace(/<c t="(\d+)" d="(\d+)"\/>/g, '<c d="$2" t="$1"></c>'),
    expect: plays(),
  },
  {
    name: 'unknown elements and attributes everywhere',
    place: '[MS-SSTR] 2.2.2, extensions',
    manifest: (clean) =>
      swap(clean, /<(StreamIndex|QualityLevel) /g, '<$1 Flavour="mint" data-x="" ').replaceAll(
        '  </StreamIndex>',
        '  <Taste><QualityLevel Bitrate="1"/></Taste></StreamIndex>',
      ),
    expect: plays(),
  },
  {
    name: 'a document type that defines nothing',
    place: '[MS-SSTR] 2.2.2: no DTD',
    manifest: (clean) =>
      swap(
        clean,
        '<SmoothStreamingMedia ',
        '<!DOCTYPE SmoothStreamingMedia SYSTEM "x.dtd">\n<SmoothStreamingMedia ',
      ),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  {
    name: 'a clock of 0',
    place: '[MS-SSTR] 2.2.2.1',
    manifest: (clean) => swap(clean, 'TimeScale="10000000"', 'TimeScale="0"'),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  {
    name: 'a document type is refused: it may define entities',
    place: '[MS-SSTR] 2.2.2: no DTD',
    manifest: (clean) =>
      swap(clean, '<SmoothStreamingMedia ', '<!DOCTYPE x [<!ENTITY a "b">]>\n<SmoothStreamingMedia '),
    expect: fails('manifest-malformed'),
  },
  {
    name: 'a manifest that breaks off',
    place: 'cut connections',
    manifest: (clean) => clean.slice(0, -30),
    expect: fails('manifest-truncated'),
  },
  {
    name: 'a manifest without its end, all streams being there',
    place: 'XML 1.0, 2.1; packagers that forget',
    manifest: (clean) => swap(clean, '</SmoothStreamingMedia>', ''),
    expect: plays({ warnings: ['manifest-truncated', 'manifest-mended'] }),
  },
  {
    name: 'quotes forgotten or typographic, an attribute twice, and words about it all',
    place: 'XML 1.0, 3.1; manifests made by hand',
    manifest: (clean) =>
      `Warning: no cache\n${clean}-- served by cache 7\n`
        .replace(/(Type|t|d)="(\w+)"/g, '$1=$2')
        .replace(/Url="([^"]*)"/g, 'Url=\u201c$1\u201d')
        .replaceAll('Name="video"', 'Name="video" Name="video"'),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  {
    name: 'names in lower case behind a prefix, numbers in hexadecimal and in groups',
    place: '[MS-SSTR] 2.2.2: names have a case, and no namespace',
    manifest: (clean) =>
      clean
        .replace(/<(\/?)(\w+)/g, (_, end: string, name: string) => `<${end}mss:${name.toLowerCase()}`)
        .replace(/ (\w+)="/g, (_, name: string) => ` ${name.toLowerCase()}="`)
        .replaceAll('"20000000"', '"0x1312D00"')
        .replaceAll('"10000000"', '"10,000,000"')
        .replace('codecprivatedata="', 'codecprivatedata="0x'),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  {
    name: 'a DASH manifest instead',
    place: 'dynamic packagers',
    manifest: () => '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>',
    expect: fails('manifest-foreign'),
  },
  {
    name: 'version 2.2, 2.1 and even 1.0',
    place: '[MS-SSTR] 2.2.2.1; Transform Manager',
    manifest: (clean) => swap(clean, 'MinorVersion="0"', 'MinorVersion="1"'),
    expect: plays(),
  },
  {
    name: 'version 1.0',
    place: 'Expression Encoder 2',
    manifest: (clean) => swap(clean, 'MajorVersion="2"', 'MajorVersion="1"'),
    expect: plays(),
  },
  {
    name: 'no versions at all',
    place: '[MS-SSTR] 2.2.2.1',
    manifest: (clean) => swap(clean, 'MajorVersion="2" MinorVersion="0" ', ''),
    expect: plays(),
  },
];
