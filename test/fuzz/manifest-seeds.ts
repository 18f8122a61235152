const AVC = '000000016742800d8d650000000168c92352';
const PLAYREADY = 'BgAAAAAA';

const manifest = (attributes: string, content: string) =>
  `<?xml version="1.0" encoding="utf-8"?>\n<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" ${attributes}>${content}</SmoothStreamingMedia>`;

const VIDEO = `<StreamIndex Type="video" Name="video" Subtype="" Chunks="3" QualityLevels="2" TimeScale="10000000" MaxWidth="400" MaxHeight="224" DisplayWidth="400" DisplayHeight="224" Url="QualityLevels({bitrate},{CustomAttributes})/Fragments(video={start time})">
    <CustomAttributes><Attribute Name="cam" Value="7"/></CustomAttributes>
    <QualityLevel Index="0" Bitrate="300000" FourCC="H264" MaxWidth="400" MaxHeight="224" CodecPrivateData="${AVC}"><CustomAttributes><Attribute Name="Angle" Value="1"/></CustomAttributes></QualityLevel>
    <QualityLevel Index="1" Bitrate="800000" FourCC="HVC1" NALUnitLengthField="4" CodecPrivateData=""/>
    <QualityLevel Index="2" Bitrate="900000" FourCC="DVHE" CodecPrivateData="0000000140010c01"/>
    <c n="0" t="0" d="20000000"><f i="0" s="13"/></c><c d="20000000"/><c t="40000000"/>
  </StreamIndex>`;
const AUDIO = `<StreamIndex Type="audio" Name="audio" Language="eng" TimeScale="48000" Url="QualityLevels({bitrate})/Fragments(audio={start time})">
    <QualityLevel Index="0" Bitrate="64000" FourCC="AACL" AudioTag="255" SamplingRate="48000" Channels="2" BitsPerSample="16" PacketSize="4" CodecPrivateData="1190"/>
    <QualityLevel Index="1" Bitrate="96000" FourCC="EC-3" AudioTag="65534" CodecPrivateData="00063F000000AF87FBA7022DFB42A4D405CD93843BDD0600200f00"/>
    <QualityLevel Index="2" Bitrate="1" WaveFormatEx="FF00020080BB0000803E0000010010000200 1190"/>
    <c t="0" d="96000" r="3"/>
  </StreamIndex>`;
const TEXT = `<StreamIndex Type="text" Name="marks" Subtype="CTRL" ParentStreamIndex="video" ManifestOutput="TRUE">
    <QualityLevel Index="0" Bitrate="0" FourCC=""/><c t="0"><f i="0">PEFkLz4=</f></c>
  </StreamIndex>`;
const PROTECTION = `<Protection><ProtectionHeader SystemID="{9A04F079-9840-4286-AB92-E65BE0885F95}">${PLAYREADY}</ProtectionHeader></Protection>`;

/** On demand with all that there is, live from 1970, and the shapes of chunk lists. */
export const MANIFESTS: readonly string[] = [
  manifest('Duration="60000000" TimeScale="10000000"', PROTECTION + VIDEO + AUDIO + TEXT),
  manifest(
    'Duration="0" IsLive="TRUE" LookAheadFragmentCount="2" DVRWindowLength="600000000"',
    VIDEO.replace('<c n="0" t="0"', '<c t="17639000000000001"') + AUDIO.replace('t="0"', 't="84667200000"'),
  ),
  manifest('Duration="20000000"', AUDIO.replace('<c t="0" d="96000" r="3"/>', '<c/>')),
  manifest(
    '',
    AUDIO.replace(
      '<c t="0" d="96000" r="3"/>',
      '<c t="5"/><c t="9"/><c d="4" r="2"/><c t="1"/><c t="30" d="9"/>',
    ),
  ),
  manifest(
    '',
    AUDIO.replace(
      '<c t="0" d="96000" r="3"/>',
      '<c t="18446744073709548288" d="2048"/><c d="2048" r="4294967295"/>',
    ),
  ),
  VIDEO.replace(/"([^" ]*)"/g, '$1').replace(/^/, '<SmoothStreamingMedia Duration=20000000>') + AUDIO,
  manifest('', AUDIO).replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c),
  manifest('', AUDIO)
    .replace(/(<\/?)(?=[A-Zc])/g, '$1ns:')
    .toLowerCase(),
];

/** Small ones of what took long, or was read wrong, once. */
export const ODD_MANIFESTS: readonly string[] = [
  manifest('', AUDIO.replace('<c t="0" d="96000" r="3"/>', '<c t="17639000000000001" d="96000"/>')),
  '<SmoothStreamingMedia x a=b=c">',
  '<SmoothStreamingMedia a={b c={d>',
  '<?<?<SmoothStreamingMedia></SmoothStreamingMedia><!--<!--',
  '&amp;amp;lt;SmoothStreamingMedia&amp;amp;gt;',
  '<SmoothStreamingMedia a=\u201eb\u201c c=\u2018d\u2019/>',
  '<SmoothStreamingMedia><a><b><c d="&lt;"></SmoothStreamingMedia>',
];

const clip = (attributes: string, content = '') =>
  `<Clip Url="a.ism/Manifest" ${attributes}>${content}</Clip>`;

export const COMPOSITES: readonly string[] = [
  manifest(
    'TimeScale="10000000"',
    clip('ClipBegin="0" ClipEnd="40000000"', VIDEO + AUDIO) + clip('ClipBegin="10000000"', VIDEO + AUDIO),
  ),
  manifest(
    '',
    clip('') +
      clip('ClipEnd="90000000"', AUDIO.replace('r="3"', 'r="100000"')) +
      clip('ClipEnd="999999999999"', AUDIO.replace('r="3"', 'r="4294967295"')),
  ),
];

export const MANIFEST_WORDS = [
  ...[
    'StreamIndex',
    'QualityLevel',
    'Protection',
    'ProtectionHeader',
    'CustomAttributes',
    'Attribute',
    'Clip',
    'c',
    'f',
  ],
  ...[
    't="0"',
    'd="0"',
    'r="0"',
    'r="4294967295"',
    't="18446744073709551615"',
    'd="9007199254740993"',
    'd="1"',
    'IsLive="TRUE"',
  ],
  ...[
    'TimeScale="0"',
    'TimeScale="1"',
    'TimeScale="4294967295"',
    'Type="text"',
    'Type="audio"',
    'Type="video"',
  ],
  ...[
    'Bitrate="0"',
    'Index="0"',
    'FourCC="WVC1"',
    'FourCC="HEV1"',
    'FourCC="AACH"',
    'FourCC="MP3"',
    'AudioTag="85"',
  ],
  ...[
    '{bitrate}',
    '{start time}',
    '{start_time}',
    '{CustomAttributes}',
    '%7Bbitrate%7D',
    'QualityLevels({bitrate})/Fragments(a={start time})',
  ],
  ...[
    '<c d="20000000"/>',
    '<c t="1"/>',
    '<c d=2 />',
    '<c d="5" r="1000000000"/>',
    '</StreamIndex>',
    '</SmoothStreamingMedia>',
    '<!--',
    '-->',
  ],
  ...[
    'ClipBegin="5"',
    'ClipEnd="1"',
    'SystemID="edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"',
    'ParentStreamIndex="video"',
    'Subtype="ZOET"',
  ],
] as const;
