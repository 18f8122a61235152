import { expect, test } from 'vitest';
import { SmoothError } from '../../../../src/base/errors.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import { LoadedEvent, WarningEvent } from '../../../../src/player/events.ts';
import { Journal } from '../../../../src/player/report/journal.ts';

const MANIFEST =
  '<SmoothStreamingMedia MajorVersion="2" Duration="20000000"><StreamIndex Type="audio" Url="a({bitrate})/{start time}">' +
  '<QualityLevel Bitrate="64000" FourCC="AACL" SamplingRate="48000" Channels="2" CodecPrivateData="1190"/><c d="20000000"/>' +
  '</StreamIndex></SmoothStreamingMedia>';

test('events and requests are kept up to their caps, the newest', () => {
  const journal = new Journal();
  for (let at = 0; at < 10 * Journal.EVENTS; at += 1) {
    journal.happened(new WarningEvent(new SmoothError('media-gap', { from: at, to: at + 1 })), at);
    journal.requests.add({ url: 'https://host/a', at, bytes: 0 });
  }
  expect(journal.events.entries).toHaveLength(Journal.EVENTS);
  expect(journal.requests.entries).toHaveLength(Journal.REQUESTS);
  expect(journal.events.last).toMatchObject({ type: 'warning', position: 10 * Journal.EVENTS - 1 });
  expect(journal.events.last?.fields.error).toMatchObject({ code: 'media-gap' });
});

test('no manifest outlives its title', () => {
  const journal = new Journal();
  journal.happened(new LoadedEvent(parseManifest(MANIFEST)), 0);
  expect(journal.events.last).toMatchObject({ type: 'loaded' });
  expect(Object.keys(journal.events.last?.fields ?? {})).not.toContain('presentation');
});
