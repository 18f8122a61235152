import { expect, test } from 'vitest';
import { isCaptions } from '../../../../demo/origin/formats/is-captions.ts';
import { parseTextStreams } from '../../../../src/manifest/text-streams.ts';

const textStream = (attributes: string, fourCC: string) => {
  const [stream] = parseTextStreams(
    `<SmoothStreamingMedia MajorVersion="2" Duration="20000000">
      <StreamIndex Type="text" Name="t" ${attributes} Url="QualityLevels({bitrate})/Fragments(t={start time})">
        <QualityLevel Bitrate="1000" FourCC="${fourCC}"/><c t="0" d="20000000"/>
      </StreamIndex>
    </SmoothStreamingMedia>`,
  ).streams;
  if (stream === undefined) throw new Error('no stream');
  return stream;
};

test.each([
  [
    'by the name of its format, also where it depends on the video',
    'ParentStreamIndex="video"',
    'IMSC',
    true,
  ],
  ['by the name of its format', '', 'WVTT', true],
  ['by its subtype', 'Subtype="SUBT"', '', true],
  ['unless it has neither', 'ParentStreamIndex="video"', '', false],
])('a text stream is for display %s', (_, attributes, fourCC, expected) => {
  expect(isCaptions(textStream(attributes, fourCC))).toBe(expected);
});
