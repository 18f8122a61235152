import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isSmoothError } from '../../../src/base/errors.ts';
import { parseManifest, toText } from '../../../src/manifest/parse.ts';
import type { Presentation } from '../../../src/manifest/presentation.ts';
import { mayBeOdd } from '../../../src/manifest/recognise.ts';

/** Manifests of others, kept beside the project. */
const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/manifests', import.meta.url));
const isPresent = existsSync(CORPUS);
if (!isPresent) console.info(`corpus tests skipped: corpus not present at ${CORPUS}`);

const read = (file: string) => parseManifest(readFileSync(join(CORPUS, file)));

/** The presentation in a line, then one for each stream: what it is, its levels by bitrate and codec, its chunks. */
function outline({ isLive, timescale, origin, duration, protection, streams }: Presentation): string[] {
  const systems = protection.map(({ systemId, data }) => `${systemId} ${data.length}`).join() || '-';
  const nature = `${isLive ? 'live' : 'on demand'}, clock ${timescale}`;
  return [
    `${nature}, from ${origin} for ${duration ?? '-'}, protected by ${systems}`,
    ...streams.map(({ type, name, language, levels, chunks }) => {
      const described = levels.map(({ bitrate, codec, fourCC }) => `${bitrate} ${codec ?? `(${fourCC})`}`);
      const places = `${chunks.length} chunks ${chunks.start}-${chunks.end}`;
      return `${type} ${name} ${language ?? '-'} | ${described.join(', ')} | ${places}`;
    }),
  ];
}

const MODELS: Record<string, string[]> = {
  'aws-mediapackage-live.xml': [
    'live, clock 10000000, from 20333333 for -, protected by -',
    'video video - | 4000000 avc1.4D401F | 3 chunks 20333333-380333333',
    'audio fra_1 fra | 128460 mp4a.40.2 | 3 chunks 20000000-380533333',
  ],
  'azure-multi-audio.xml': [
    'on demand, clock 10000000, from 0 for 330187755, protected by -',
    'video video - | 388851 avc1.64000D, 638374 avc1.64001E, 978815 avc1.64001E, 1469881 avc1.64001F, 2195119 avc1.64001F, 3319311 avc1.64001F, 4602724 avc1.640028, 5860941 avc1.640028 | 17 chunks 0-329600000',
    'audio AAC_und_ch2_128kbps - | 125658 mp4a.40.2 | 17 chunks 0-330187755',
    'audio AAC_und_ch2_56kbps - | 53655 mp4a.40.2 | 17 chunks 0-330187755',
  ],
  'azure-php-small.xml': [
    'on demand, clock 10000000, from 0 for 20429600, protected by -',
    'video video - | 952962 avc1.640015 | 1 chunks 0-20429600',
  ],
  'azure-v20-ms.xml': [
    'on demand, clock 1000, from 0 for 8000, protected by -',
    'video video - | 1000000 avc1.4D4029 | 4 chunks 0-8000',
  ],
  'azure-v22-repeat.xml': [
    'on demand, clock 10000000, from 0 for 703146666, protected by -',
    'audio aac_eng_2_128041_2_1 eng | 128041 mp4a.40.2 | 12 chunks 0-703146666',
    'video video - | 381048 avc1.64000D, 721495 avc1.640015, 1154816 avc1.64001E, 2217354 avc1.64001F, 3579827 avc1.640020 | 12 chunks 0-703035666',
  ],
  'dashjs-manifest.xml': [
    'on demand, clock 10000000, from 0 for 4084869991, protected by -',
    'video video - | 500000 avc1.4D401F, 800000 avc1.4D401F, 1300000 avc1.4D401F, 1800000 (AVC1), 2400000 avc1.4D401F, 3000000 avc1.4D401F | 208 chunks 0-4084071841',
    'audio audio - | 64000 mp4a.40.2 | 208 chunks 0-4084869991',
  ],
  'dashjs-no-fourcc.xml': [
    'on demand, clock 10000000, from 0 for 19969160, protected by -',
    'video video - | 3000000 avc1.4D401F | 1 chunks 0-19686294',
    'audio audio - | 64000 mp4a.40.2 | 1 chunks 0-19969160',
  ],
  'media3-ismc-1.xml': [
    'on demand, clock 10000000, from 0 for 37640000, protected by 9a04f07998404286ab92e65be0885f95 894',
    'video video - | 307200 (WVC1), 1536000 (WVC1) | 3 chunks 0-37640000',
  ],
  'rx-audio-only.xml': [
    'on demand, clock 10000000, from 0 for 1441706666, protected by -',
    'audio audio - | 157391 mp4a.40.2 | 29 chunks 0-1441706666',
  ],
  'shaka-clear.xml': [
    'on demand, clock 10000000, from 0 for 80108843, protected by -',
    'video video - | 230000 avc1.64000D | 4 chunks 0-80080000',
    'audio audio - | 128000 mp4a.40.2 | 4 chunks 0-80108843',
  ],
  'shaka-playready-utf16.xml': [
    'on demand, clock 10000000, from 0 for 80108843, protected by 9a04f07998404286ab92e65be0885f95 908',
    'video video - | 230000 avc1.64000D | 4 chunks 0-80080000',
    'audio audio - | 128000 mp4a.40.2 | 4 chunks 0-80108843',
  ],
  'ytdlp-ec3.xml': [
    'on demand, clock 10000000, from 0 for 370000000, protected by -',
    'audio audio_deu deu | 127802 mp4a.40.2 | 19 chunks 0-367360000',
    'audio audio_deu_1 deu | 224000 ec-3 | 19 chunks 0-368320000',
    'video video_deu deu | 23909 avc1.42C00C, 403188 avc1.4D4014, 680365 avc1.4D401E, 1253465 avc1.4D401E, 2121558 avc1.4D401E, 3275545 avc1.4D4020, 5300196 avc1.4D4028, 8079312 avc1.4D4028 | 19 chunks 0-370000000',
  ],
  'ytdlp-sintel.xml': [
    'on demand, clock 10000000, from 0 for 8880746666, protected by -',
    'audio audio - | 128001 mp4a.40.2 | 445 chunks 0-8880746666',
    'text textstream_eng eng | 1000 stpp | 11 chunks 0-6240000000',
    'video video - | 100000 avc1.4D401F, 326000 avc1.4D401F, 698000 avc1.4D401F, 1493000 avc1.4D401F, 4482000 avc1.4D401F | 444 chunks 0-8880000000',
  ],
};

const ERRORS: Record<string, string> = {
  'iis-camera-angles.xml': 'manifest-without-media',
  'iis-composite.xml': 'manifest-foreign',
  'iis-markers.xml': 'manifest-without-media',
};

describe.skipIf(!isPresent)('the corpus', () => {
  test.each(Object.entries(MODELS))('%s becomes this model', (file, streams) => {
    expect(outline(read(file))).toEqual(streams);
  });

  test.each(Object.keys(MODELS))('%s needs no closer look', (file) => {
    const text = toText(readFileSync(join(CORPUS, file)));
    expect(mayBeOdd(parseManifest(text), text)).toBe(false);
  });

  test.each(Object.entries(ERRORS))('%s gives the error %s', (file, code) => {
    try {
      read(file);
      expect.unreachable();
    } catch (error) {
      expect(isSmoothError(error) && error.code).toBe(code);
    }
  });

  test('every file has its expected outcome', () => {
    const files = readdirSync(CORPUS).filter((file) => file.endsWith('.xml'));
    expect(files.filter((file) => !(file in MODELS) && !(file in ERRORS))).toEqual([]);
  });
});
