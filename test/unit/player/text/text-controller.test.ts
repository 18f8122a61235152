import { expect, test } from 'vitest';
import { seconds } from '../../../../src/base/time.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import { TrackChangeEvent } from '../../../../src/player/events.ts';
import { type SmoothOptions, settingsOf } from '../../../../src/player/options.ts';
import { TextController } from '../../../../src/player/text/text-controller.ts';
import { Hosts } from '../../../../src/player/title/hosts.ts';

const stream = (language: string) => `<StreamIndex Type="text" Name="text_${language}" Language="${language}"
    Subtype="SUBT" Url="QualityLevels({bitrate})/Fragments(text_${language}={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="TTML"/>
    <c t="0" d="20000000" r="5"/>
  </StreamIndex>`;

const MANIFEST = `<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="100000000">
  ${stream('en')}${stream('fr')}
  <StreamIndex Type="video" Name="video" Url="QualityLevels({bitrate})/Fragments(video={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="H264" MaxWidth="2" MaxHeight="2" CodecPrivateData="000000016742C00A000000010168CE3C80"/>
    <c t="0" d="20000000" r="5"/>
  </StreamIndex>
</SmoothStreamingMedia>`;

/** The text of a title, and the selected track at each `trackchange`. */
function open(text: NonNullable<SmoothOptions['text']>, choice?: string) {
  const url = 'http://one/title.ism/Manifest';
  const changes: (string | undefined)[] = [];
  let options: SmoothOptions = { text };
  const controller: TextController = new TextController(
    {
      title: {
        presentation: parseManifest(MANIFEST),
        url,
        hosts: new Hosts([url]),
        trust: { origins: [], headers: undefined },
        transfer: { bytes: 0, firstByteMs: 0, bodyMs: 0 },
      },
      live: undefined,
      earlier: choice === undefined ? undefined : { choice: { id: choice }, schedule: undefined },
      settings: () => settingsOf(options),
      playhead: () => seconds(0),
      trickRate: () => 1,
      bufferEnd: () => seconds(0),
      audioLanguage: () => undefined,
      repaired: () => {},
      warn: () => {},
      emit: (event) => event instanceof TrackChangeEvent && changes.push(controller.chosen?.id),
    },
    new AbortController().signal,
  );
  return {
    controller,
    changes,
    configure(next: NonNullable<SmoothOptions['text']>) {
      options = { text: next };
      controller.reconsider();
    },
  };
}

test('each change of the selected track is reported, whoever made it', () => {
  const { controller, changes, configure } = open({ prefer: 'en' });
  expect(controller.chosen?.id).toBe('text_en');
  expect(changes).toEqual([]);
  configure({ prefer: 'fr' });
  configure({ prefer: ['fr', 'en'] });
  configure({});
  expect(changes).toEqual(['text_fr', undefined]);
  controller.choose('text_en');
  controller.choose('text_en');
  controller.choose(undefined);
  expect(changes).toEqual(['text_fr', undefined, 'text_en', undefined]);
});

test('an added file may be what is preferred, or was selected before', async () => {
  const added = { language: 'de', text: 'WEBVTT\n\n00:01.000 --> 00:02.000\nHallo' };
  for (const { controller, changes } of [open({ prefer: 'de' }), open({}, 'side-loaded 1')]) {
    expect(controller.chosen).toBeUndefined();
    const { id } = await controller.add(added);
    expect(changes).toEqual([id]);
  }
});
