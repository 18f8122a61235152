import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encryptPresentation } from '../../../../demo/origin/encrypt.ts';
import { createOrigin, type Origin } from '../../../../demo/origin/server.ts';
import { decrypt, readScheme } from '../../../support/decrypt.ts';
import { ask } from '../ask.ts';
import { readFileNames, readFragments, readManifest } from '../read-presentation.ts';
import {
  askAllPlaylists,
  askDash,
  askHls,
  askText,
  expectRules,
  renditions,
  resolvePath,
} from './ask-formats.ts';
import { CAPTIONS, makePlainTitle, makeRichTitle, SAMPLE, SPLICE_OUT } from './titles.ts';

const KEY = { keyId: '00112233445566778899aabbccddeeff', key: '0123456789abcdef0123456789abcdef' };

let folder: string;
let origin: Origin;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'formats-'));
  const plain = join(folder, 'plain');
  await makePlainTitle(plain);
  await makeRichTitle(folder);
  for (const piff of ['1.1', '1.3'] as const) {
    const to = { folder: join(folder, `sealed${piff}`), name: 'sealed' };
    const options = { keys: [KEY], piff, clearLead: 3 } as const;
    await encryptPresentation({ folder: plain, name: 'sample' }, to, options);
  }
  await writeFile(
    join(folder, 'odd.ism'),
    '<smil><head><meta name="clientManifestRelativePath" content="odd.ismc"/></head></smil>',
  );
  await writeFile(join(folder, 'odd.ismc'), '<SmoothStreamingMedia MajorVersion="2"/>');
  origin = createOrigin({
    presentations: { '/sample': plain, '/titles': folder, '/packaged': SAMPLE },
    filters: {
      small: {
        tracks: [{ trackSelections: [{ property: 'Bitrate', operation: 'Equal', value: '0-100000' }] }],
        presentationTimeRange: { startTimestamp: 40_000_000, endTimestamp: 120_000_000 },
      },
    },
  });
  url = await origin.listen();
});
afterAll(async () => {
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

const HLS = '/sample/sample.ism/Manifest(format=m3u8-cmaf)';
const DASH = '/sample/sample.ism/Manifest(format=mpd-time-cmaf)';

describe('HLS', () => {
  it('lists every level with what it takes, and every language', async () => {
    const { parsed, text } = await askHls(url, HLS);
    expect(parsed.version).toBe(8);
    expect(parsed.playlists.map(({ attributes }) => attributes.CODECS)).toEqual(
      ['42C00C', '42C015', '4D401E', '4D401E', '64001F', '640032'].map((own) => `avc1.${own},mp4a.40.2`),
    );
    expect(parsed.playlists.at(-1)?.attributes).toMatchObject({
      RESOLUTION: { width: 1920, height: 1080 },
      'FRAME-RATE': 25,
      AUDIO: 'audio',
    });
    expect(
      renditions(parsed, 'AUDIO').map(([name, { language, default: isDefault }]) => [
        name,
        language,
        isDefault,
      ]),
    ).toEqual([
      ['English', 'en', true],
      ['français', 'fr', false],
    ]);
    expect(parsed.iFramePlaylists).toHaveLength(1);
    expect(text).not.toContain('SUBTITLES');
  });

  it('is as the rules have it, in every playlist', async () => {
    const playlists = await askAllPlaylists(url, HLS);
    expect(playlists).toHaveLength(9);
    for (const playlist of playlists) {
      expectRules(playlist);
      expect(playlist.parsed.endList).toBe(true);
      expect(playlist.parsed.playlistType).toBe('VOD');
      expect(playlist.parsed.segments).toHaveLength(15);
      expect(playlist.parsed.targetDuration).toBe(2);
    }
    const [, , , , , , audio] = playlists;
    const sum = audio?.parsed.segments.reduce((total, { duration }) => total + duration, 0);
    expect(sum).toBeCloseTo(30, 4);
  });

  it('promises no less bandwidth than its segments take', async () => {
    const { parsed } = await askHls(url, HLS);
    for (const { uri, attributes } of parsed.playlists) {
      const { url: path, parsed: media } = await askHls(url, resolvePath(HLS, uri));
      let [peak, bits, seconds] = [0, 0, 0];
      for (const { uri: own, duration } of media.segments) {
        const { body } = await ask(url, resolvePath(path, own), { method: 'HEAD' }).then(async (head) => ({
          body: Number(head.headers['content-length']),
        }));
        peak = Math.max(peak, (body * 8) / duration);
        bits += body * 8;
        seconds += duration;
      }
      expect(Number(attributes.BANDWIDTH)).toBeGreaterThan(peak);
      expect(Number(attributes.BANDWIDTH)).toBeLessThan(peak * 1.5 + 20_000);
      expect(Number(attributes['AVERAGE-BANDWIDTH'])).toBeGreaterThan((bits / seconds) * 0.95);
    }
  });
});

describe('DASH', () => {
  it('lists the same segments at the same addresses', async () => {
    const { playlists, mediaGroups, duration } = await askDash(url, DASH);
    expect(duration).toBe(30);
    expect(playlists.map(({ attributes }) => attributes.BANDWIDTH)).toEqual([
      57_019, 91_797, 145_799, 207_815, 295_341, 418_105,
    ]);
    const hls = await askAllPlaylists(url, HLS);
    const fromHls = hls
      .filter(({ url: path }) => !path.includes('keyframes'))
      .flatMap(({ url: path, parsed }) => parsed.segments.map(({ uri }) => resolvePath(path, uri)));
    const audio = Object.values(mediaGroups.AUDIO).flatMap((group) =>
      Object.values(group).flatMap(({ playlists: own }) => own),
    );
    const fromDash = [...playlists, ...audio].flatMap(({ segments }) =>
      segments.map(({ resolvedUri }) => new URL(resolvedUri).pathname),
    );
    expect(fromDash.toSorted()).toEqual(fromHls.toSorted());
    expect(fromDash).toHaveLength(120);
  });

  it('numbers adaptation sets as their XML type demands, and the same whatever a filter leaves', async () => {
    const idsOf = async (parameters: string) => {
      const text = await askText(url, `/titles/rich/rich.ism/Manifest(format=mpd-time-cmaf${parameters})`);
      return new Map(
        [...text.matchAll(/<AdaptationSet id="([^"]*)"[\s\S]*?<Representation id="([^"]*)-\d+"/g)].map(
          ([, id = '', stream]) => [stream, id],
        ),
      );
    };
    const all = await idsOf('');
    expect([...all.keys()]).toEqual(['video', 'audio_en', 'audio_fr', 'captions_de', 'strip']);
    for (const id of all.values()) expect(id).toMatch(/^[1-9]\d*$/);
    expect(new Set(all.values()).size).toBe(5);
    const french = await idsOf(',language=fr');
    expect([...french.keys()]).toContain('audio_fr');
    for (const [stream, id] of french) expect(id).toBe(all.get(stream));
  });

  it('has the length of each chunk to the tick', async () => {
    const { text } = await askDash(url, DASH);
    const [, audio] = await readManifest(SAMPLE, 'sample');
    const set = text.split('<AdaptationSet').find((one) => one.includes('"audio_en-')) ?? '';
    const lengths = [...set.matchAll(/<S(?: t="\d+")? d="(\d+)"(?: r="(\d+)")?\/>/g)].flatMap(
      ([, d = '0', r = '0']) => Array.from({ length: Number(r) + 1 }, () => BigInt(d)),
    );
    expect(lengths).toEqual(audio?.chunks.map(({ duration }) => duration));
  });
});

describe('segments', () => {
  it('have the media of the fragment byte for byte, and tell its time', async () => {
    const names = await readFileNames(join(folder, 'plain'), 'sample');
    const streams = ['video', 'video', 'video', 'video', 'video', 'video', 'audio_en', 'audio_fr'];
    const ism = await askText(url, '/sample/sample.ism/Manifest');
    const bitrates = [...ism.matchAll(/ Bitrate="(\d+)"/g)].map(([, rate]) => rate);
    let compared = 0;
    for (const [i, name] of names.entries()) {
      for (const { time, samples } of await readFragments(join(SAMPLE, name))) {
        const path = `/sample/sample.ism/QualityLevels(${bitrates[i]})/Fragments(${streams[i]}=${time},format=cmaf).m4s`;
        const { status, headers, body } = await ask(url, path);
        expect(status).toBe(200);
        expect(headers['content-type']).toBe(i < 6 ? 'video/mp4' : 'audio/mp4');
        expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
        const moof = body.readUInt32BE(0);
        expect(body.subarray(moof + 8).equals(Buffer.concat(samples))).toBe(true);
        expect(body.readBigUInt64BE(body.indexOf('tfdt') + 8)).toBe(time);
        compared += 1;
      }
    }
    expect(compared).toBe(120);
  });

  it('are the same by any of their names', async () => {
    const one = await ask(
      url,
      '/sample/sample.ism/QualityLevels(57019)/Fragments(video=20000000,format=cmaf).m4s',
    );
    for (const name of ['m3u8-cmaf', 'm3u8-aapl', 'mpd-time-csf', 'mpd-time-cmaf,encryption=cenc']) {
      const other = await ask(
        url,
        `/sample/sample.ism/QualityLevels(57019)/Fragments(video=20000000,format=${name})`,
      );
      expect(other.body.equals(one.body)).toBe(true);
      expect(other.headers.etag).toBe(one.headers.etag);
    }
  });

  it('of key frames hold one picture', async () => {
    const { body } = await ask(
      url,
      '/sample/sample.ism/QualityLevels(57019)/KeyFrames(video=20000000,format=cmaf).m4s',
    );
    const fragments = await readFragments(join(SAMPLE, 'sample_57.ismv'));
    const moof = body.readUInt32BE(0);
    expect(body.subarray(moof + 8).equals(fragments[1]?.samples[0] ?? Buffer.of())).toBe(true);
    expect(body.readBigUInt64BE(body.indexOf('tfdt') + 8)).toBe(20_000_000n);
  });

  it.each([
    ['no such time', 'QualityLevels(57019)/Fragments(video=7,format=cmaf).m4s', 404],
    ['no such level', 'QualityLevels(1)/Fragments(video=0,format=cmaf).m4s', 404],
    ['no such stream', 'QualityLevels(57019)/Fragments(film=0,format=cmaf).m4s', 404],
    ['no captions', 'QualityLevels(57019)/Fragments(video=0,format=vtt).vtt', 404],
    ['no pictures', 'QualityLevels(57019)/Fragments(video=0,format=jpeg).jpg', 404],
    ['no such playlist', 'QualityLevels(1)/Manifest(video,format=m3u8-cmaf)', 404],
    ['an unknown parameter', 'Manifest(format=m3u8-cmaf,fast=yes)', 400],
    ['an unknown filter', 'Manifest(format=m3u8-cmaf,filter=none)', 400],
  ])('%s: %s is %i', async (_, path, status) => {
    expect((await ask(url, `/sample/sample.ism/${path}`)).status).toBe(status);
  });

  it('of no title are 404, and of one that cannot be read 500 with a sentence', async () => {
    expect((await ask(url, '/sample/none.ism/Manifest(format=m3u8-cmaf)')).status).toBe(404);
    const { status, body } = await ask(url, '/titles/odd.ism/Manifest(format=m3u8-cmaf)');
    expect([status, `${body}`]).toEqual([500, expect.stringMatching(/^Nothing|^.{10,}\n$/)]);
  });
});

describe('a title with more than picture and sound', () => {
  const TITLE = '/titles/rich/rich.ism';

  it('has its captions as WebVTT, in both chunks that a cue lies over', async () => {
    const { parsed } = await askHls(url, `${TITLE}/Manifest(format=m3u8-cmaf)`);
    const subtitles = renditions(parsed, 'SUBTITLES');
    expect(subtitles.map(([name, { language }]) => [name, language])).toEqual([['Deutsch', 'de']]);
    expect(parsed.playlists.every(({ attributes }) => attributes.SUBTITLES === 'subs')).toBe(true);
    const uri = subtitles[0]?.[1].uri ?? '';
    const { url: path, parsed: list } = await askHls(url, resolvePath(`${TITLE}/x`, uri));
    expect(list.segments).toHaveLength(15);
    const found = new Map<string, string[]>();
    for (const [k, segment] of list.segments.entries()) {
      const text = await askText(url, resolvePath(path, segment.uri));
      expect(text).toMatch(
        new RegExp(`^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${k * 180_000},LOCAL:00:00:0${k === 1 ? 1 : 0}.000\n`),
      );
      const [, ...cues] = text.split('\n\n');
      for (const cue of cues) {
        const [times = '', ...lines] = cue.trim().split('\n');
        found.set(lines.join('\n'), [...(found.get(lines.join('\n')) ?? []), `${k * 2}+${times}`]);
      }
    }
    expect(found).toEqual(
      new Map([
        ['over the boundary', ['0+00:00:01.000 --> 00:00:03.500', '2+00:00:00.000 --> 00:00:02.500']],
        ['a &amp; b\nsecond line', ['8+00:00:00.500 --> 00:00:01.000']],
        ['late', ['24+00:00:00.000 --> 00:00:02.000']],
      ]),
    );
  });

  it('has its captions as TTML in MP4, on the clock of the media', async () => {
    const { text } = await askDash(url, `${TITLE}/Manifest(format=mpd-time-cmaf)`);
    const set = text.split('<AdaptationSet').find((one) => one.includes('contentType="text"')) ?? '';
    expect(set).toMatch(/mimeType="application\/mp4" codecs="stpp.ttml.im1t" lang="de"/);
    expect(set).toContain('value="caption"');
    const get = (time: string) =>
      ask(url, `${TITLE}/QualityLevels(1000)/Fragments(captions_de=${time},format=cmaf).m4s`);
    expect((await get('i')).body.includes('stpp')).toBe(true);
    const { headers, body } = await get('80000000');
    expect(headers['content-type']).toBe('application/mp4');
    expect(`${body}`).toContain('begin="00:00:08.500" end="00:00:09.000">a &#38; b<br/>second line<');
    expect(`${(await get('120000000')).body}`).toContain('<div></div>');
    expect(CAPTIONS).toHaveLength(3);
  });

  it('tells its chapters in both', async () => {
    const { text } = await askHls(url, `${TITLE}/Manifest(format=m3u8-cmaf)`);
    expect(text).toContain(
      '#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.chapters",URI="Manifest(format=chapters).json"',
    );
    expect(JSON.parse(await askText(url, `${TITLE}/Manifest(format=chapters).json`))).toEqual([
      { chapter: 1, 'start-time': 0, duration: 10, titles: [{ language: 'und', title: 'Dusk' }] },
      { chapter: 2, 'start-time': 10, duration: 20, titles: [{ language: 'und', title: 'Night & "stars"' }] },
    ]);
    const dash = await askText(url, `${TITLE}/Manifest(format=mpd-time-cmaf)`);
    expect(dash).toContain('<Event presentationTime="10000" id="2">Night &#38; &#34;stars&#34;</Event>');
  });

  it('tells its splices in both', async () => {
    const { parsed, text } = await askHls(
      url,
      `${TITLE}/QualityLevels(57019)/Manifest(video,format=m3u8-cmaf)`,
    );
    expect(parsed.dateRanges).toHaveLength(1);
    expect(text).toContain(
      `#EXT-X-DATERANGE:ID="ads-${0x4800008f}",START-DATE="1970-01-01T00:00:10.000Z",PLANNED-DURATION=60.294,SCTE35-OUT=0x${SPLICE_OUT.toUpperCase()}`,
    );
    expect(parsed.segments[0]?.programDateTime).toBe(0);
    const dash = await askText(url, `${TITLE}/Manifest(format=mpd-time-cmaf)`);
    expect(dash).toContain('schemeIdUri="urn:scte:scte35:2014:xml+bin"');
    expect(dash).toContain(Buffer.from(SPLICE_OUT, 'hex').toString('base64'));
    expect(dash).toMatch(/<Event presentationTime="10000" duration="60294" id="\d+">/);
  });

  it('keeps start and planned duration of a splice that is cut', async () => {
    const path = `${TITLE}/QualityLevels(57019)/Manifest(video,format=m3u8-cmaf,starttime=120000000)`;
    const { text } = await askHls(url, path);
    expect(text).toContain('START-DATE="1970-01-01T00:00:10.000Z",PLANNED-DURATION=60.294,');
  });

  it('has dates in every playlist if splices need them in one', async () => {
    const playlists = await askAllPlaylists(url, `${TITLE}/Manifest(format=m3u8-cmaf)`);
    expect(playlists.length).toBeGreaterThan(4);
    for (const { text } of playlists)
      expect(text).toContain('#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.000Z');
  });

  it('has its film strip as pictures in DASH, and not as a level anywhere', async () => {
    const { text } = await askDash(url, `${TITLE}/Manifest(format=mpd-time-cmaf)`);
    expect(text).toContain('http://dashif.org/guidelines/thumbnail_tile');
    const { headers, body } = await ask(
      url,
      `${TITLE}/QualityLevels(3000)/Fragments(strip=150000000,format=jpeg).jpg`,
    );
    expect([headers['content-type'], `${body}`]).toEqual(['image/jpeg', 'JPEG at 150000000']);
    const { parsed } = await askHls(url, `${TITLE}/Manifest(format=m3u8-cmaf)`);
    expect(parsed.playlists).toHaveLength(2);
  });
});

describe('a packaged title', () => {
  it('has its subtitles and chapters in HLS', async () => {
    const title = '/packaged/sample.ism';
    const { parsed } = await askHls(url, `${title}/Manifest(format=m3u8-cmaf)`);
    const subtitles = renditions(parsed, 'SUBTITLES');
    expect(subtitles.map(([name, { language }]) => [name, language])).toEqual([
      ['English', 'en'],
      ['français', 'fr'],
    ]);
    const { url: path, parsed: list } = await askHls(
      url,
      resolvePath(`${title}/x`, subtitles[0]?.[1].uri ?? ''),
    );
    const text = await askText(url, resolvePath(path, list.segments[1]?.uri ?? ''));
    expect(text).toContain('Dusk. The hills grow dark,');
    const chapters = JSON.parse(await askText(url, `${title}/Manifest(format=chapters).json`));
    expect(
      chapters.map((chapter: { 'start-time': number; duration: number }) => [
        chapter['start-time'],
        chapter.duration,
      ]),
    ).toEqual([
      [0, 8],
      [8, 12],
      [20, 10],
    ]);
  });
});

describe('filters', () => {
  const level = '/sample/sample.ism/QualityLevels(57019)';

  it('leave levels and languages out of lists, and the addresses as they are', async () => {
    const path = '/sample/sample.ism/Manifest(format=m3u8-cmaf,bitrate=100000-300000,language=fr)';
    const { parsed } = await askHls(url, path);
    expect(parsed.playlists.map(({ uri }) => uri)).toEqual(
      [145_799, 207_815, 295_341].map(
        (rate) => `QualityLevels(${rate})/Manifest(video,format=m3u8-cmaf).m3u8`,
      ),
    );
    expect(renditions(parsed, 'AUDIO').map(([name]) => name)).toEqual(['français']);
    const dash = await askText(url, path.replace('m3u8-cmaf', 'mpd-time-cmaf'));
    expect([...dash.matchAll(/<Representation /g)]).toHaveLength(4);
  });

  it('that cut time out go into the addresses of playlists', async () => {
    const { parsed } = await askHls(url, '/sample/sample.ism/Manifest(format=m3u8-cmaf,filter=small)');
    expect(parsed.playlists.map(({ uri }) => uri)).toEqual([
      'QualityLevels(57019)/Manifest(video,format=m3u8-cmaf,filter=small).m3u8',
      'QualityLevels(91797)/Manifest(video,format=m3u8-cmaf,filter=small).m3u8',
    ]);
    const cut = await askHls(url, `${level}/Manifest(video,format=m3u8-cmaf,filter=small).m3u8`);
    expect(cut.parsed.segments.map(({ uri }) => uri)).toEqual(
      [40_000_000, 60_000_000, 80_000_000, 100_000_000].map(
        (time) => `Fragments(video=${time},format=cmaf).m4s`,
      ),
    );
    const dash = await askDash(url, '/sample/sample.ism/Manifest(format=mpd-time-cmaf,filter=small)');
    expect(dash.duration).toBeCloseTo(8, 1);
    expect(dash.text).toContain('presentationTimeOffset="40000000"');
  });

  it('of time apply to chapters, messages and the duration', async () => {
    const title = '/packaged/sample.ism';
    const span = 'starttime=60000000,endtime=100000000';
    const { text } = await askHls(url, `${title}/Manifest(format=m3u8-cmaf,${span})`);
    const address = /com\.apple\.hls\.chapters",URI="([^"]*)"/.exec(text)?.[1] ?? '';
    const chapters = JSON.parse(await askText(url, resolvePath(`${title}/x`, address)));
    expect(
      chapters.map((one: { 'start-time': number; duration: number }) => [one['start-time'], one.duration]),
    ).toEqual([
      [0, 2],
      [2, 2.005],
    ]);
    const dash = await askText(url, `${title}/Manifest(format=mpd-time-cmaf,${span})`);
    const events = dash.slice(dash.indexOf('urn:smooth-player:chapters'));
    expect([...events.matchAll(/presentationTime="([^"]*)"/g)].map(([, time]) => time)).toEqual([
      '0',
      '2000',
    ]);
    expect(dash).not.toMatch(/presentationTime="-/);
    const smooth = await askText(url, `${title}/Manifest(${span})`);
    expect(/ Duration="(\d+)"/.exec(smooth)?.[1]).toBe('40053333');
    const listed = (manifest: string) =>
      [
        ...(/ Name="chapters"[\s\S]*?<\/StreamIndex>/.exec(manifest)?.[0] ?? '').matchAll(
          /<c t="(\d+)" d="\d+"><f[^>]*>([^<]*)</g,
        ),
      ].map(([, time, payload]) => ({ time, payload }));
    const whole = listed(await askText(url, `${title}/Manifest(bitrate=0-9999999)`));
    expect(whole.map(({ time }) => time)).toEqual(['0', '80000000', '200000000']);
    expect(listed(smooth)).toEqual([{ ...whole[0], time: '60000000' }, whole[1]]);
    const late = listed(await askText(url, `${title}/Manifest(starttime=100000000,endtime=140000000)`));
    expect(late).toEqual([{ ...whole[1], time: '100000000' }]);
  });

  it('by language leave chapters and messages', async () => {
    const text = await askText(url, '/packaged/sample.ism/Manifest(language=fr)');
    const names = [...text.matchAll(/<StreamIndex[^>]* Name="([^"]*)"/g)].map(([, name]) => name);
    expect(names).toEqual(['video', 'audio_fr', 'text_fr', 'chapters', 'scte35', 'notes']);
  });

  it('hold for the Smooth manifest too, which still plays', async () => {
    const text = await askText(url, '/sample/sample.ism/Manifest(filter=small)');
    expect([...text.matchAll(/<QualityLevel /g)]).toHaveLength(4);
    expect([...text.matchAll(/<c t="\d+" d="20000000"\/>/g)].map(([one]) => one)[0]).toBe(
      '<c t="40000000" d="20000000"/>',
    );
    expect(text).toContain('Url="QualityLevels({bitrate})/Fragments(video={start time})"');
  });
});

describe.each(['1.1', '1.3'])('a title protected by PIFF %s', (piff) => {
  const TITLE = `/titles/sealed${piff}/sealed.ism`;
  const get = (time: number | 'i') =>
    ask(url, `${TITLE}/QualityLevels(57019)/Fragments(video=${time},format=cmaf).m4s`);

  it('is Common Encryption, with its signalling in init segment, MPD and playlists', async () => {
    const { body: init } = await get('i');
    expect(readScheme(init)).toMatchObject({ scheme: 'cenc', original: 'avc1', keyId: KEY.keyId, ivSize: 8 });
    const pssh = [...init.toString('latin1').matchAll(/pssh/g)];
    expect(pssh).toHaveLength(2);
    expect(init.readUInt32BE(init.indexOf('moov') - 4)).toBe(init.length - init.indexOf('moov') + 4);
    const dash = await askText(url, `${TITLE}/Manifest(format=mpd-time-cmaf)`);
    expect(dash).toContain('cenc:default_KID="00112233-4455-6677-8899-aabbccddeeff"');
    expect(dash).toContain('schemeIdUri="urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95"');
    expect(dash).toContain('<mspr:pro>');
    expect(dash).toContain('urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e');
    const { text } = await askHls(url, `${TITLE}/QualityLevels(57019)/Manifest(video,format=m3u8-cmaf)`);
    expect(text).toMatch(
      /#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="data:text\/plain;charset=UTF-16;base64,[^"]+",KEYID=0x00112233445566778899AABBCCDDEEFF,KEYFORMAT="com.microsoft.playready"/,
    );
    expect(text).toContain('KEYFORMAT="org.w3.clearkey"');
  });

  it('decrypts to what it was, behind a lead that stays clear', async () => {
    const clear = await readFragments(join(SAMPLE, 'sample_57.ismv'));
    const { body } = await get(100_000_000);
    const samples = decrypt(body, Buffer.from(KEY.key, 'hex'), 8);
    expect(samples.map((sample) => sample.toString('hex'))).toEqual(
      clear[5]?.samples.map((sample) => Buffer.from(sample).toString('hex')),
    );
    const lead = (await get(0)).body;
    const moof = lead.readUInt32BE(0);
    expect(lead.subarray(moof + 8).equals(Buffer.concat(clear[0]?.samples ?? []))).toBe(true);
    // Its track is encrypted: a group says that these samples are not.
    expect(lead.subarray(0, moof).includes('seig')).toBe(true);
  });
});
