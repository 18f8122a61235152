import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeForeignFile } from '../foreign-presentation.ts';

export const SAMPLE = join(import.meta.dirname, '../../../../demo/sample');

/** What the captions of the made title say, by the second that they begin at. */
export const CAPTIONS = [
  { start: 1, end: 3.5, text: 'over the boundary' },
  { start: 8.5, end: 9, text: 'a & b\nsecond line' },
  { start: 24, end: 26, text: 'late' },
] as const;

/** Out of the network for 60.293 s, from the standard's examples; and back. */
export const SPLICE_OUT =
  'fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a';

const CHUNK = 20_000_000n;

const TEXT_TRACKS = / *<textstream [\s\S]*?<\/textstream>\n/g;
const TEXT_STREAMS = / *<StreamIndex Type="text"[\s\S]*?<\/StreamIndex>\n/g;

/** Puts the sample's picture and sound, without its text, into `folder`, as `sample.ism`. */
export async function makePlainTitle(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const ism = (await readFile(join(SAMPLE, 'sample.ism'), 'utf8')).replace(TEXT_TRACKS, '');
  await writeFile(join(folder, 'sample.ism'), ism);
  const ismc = await readFile(join(SAMPLE, 'sample.ismc'), 'utf8');
  await writeFile(join(folder, 'sample.ismc'), ismc.replace(TEXT_STREAMS, ''));
  for (const [, src = ''] of ism.matchAll(/src="([^"]*)"/g))
    await copyFile(join(SAMPLE, src), join(folder, src));
}

/**
 * Makes a title of the sample's two lowest levels and both languages, with captions in German, chapters, splices and a film
 * strip, in the folder `name` under `folder`.
 */
export async function makeRichTitle(folder: string, name = 'rich'): Promise<void> {
  const at = join(folder, name);
  await mkdir(at, { recursive: true });
  const ism = await readFile(join(SAMPLE, 'sample.ism'), 'utf8');
  const tracks = [...ism.matchAll(/<(video|audio) src="([^"]*)"[\s\S]*?<\/\1>/g)].filter(([, , src = '']) =>
    /_57|_92|_en_|_fr_/.test(src),
  );
  for (const [, , src = ''] of tracks) await copyFile(join(SAMPLE, src), join(at, src));
  const document = (k: number) => {
    const start = k * 2;
    const lines = CAPTIONS.filter((cue) => cue.start >= start && cue.start < start + 2).map(
      (cue) =>
        `<p begin="${cue.start - start}s" end="${cue.end - start}s">${cue.text.replace('&', '&amp;').replace('\n', '<br/>')}</p>`,
    );
    return `<tt xmlns="http://www.w3.org/ns/ttml"><body><div>${lines.join('')}</div></body></tt>`;
  };
  const file = { tfraVersion: 1, numberSizes: [1, 1, 1], isLarge: false } as const;
  await writeForeignFile(join(at, 'captions.ismt'), {
    ...file,
    fragments: Array.from({ length: 15 }, (_, k) => ({
      track: 1,
      time: BigInt(k) * CHUNK,
      payload: document(k),
    })),
  });
  await writeForeignFile(join(at, 'splices.ismt'), {
    ...file,
    fragments: [{ track: 1, time: 100_000_000n, payload: Buffer.from(SPLICE_OUT, 'hex').toString('base64') }],
  });
  await writeForeignFile(join(at, 'strip.ismv'), {
    ...file,
    fragments: [0n, 150_000_000n].map((time) => ({ track: 1, time, payload: `JPEG at ${time}` })),
  });
  const text = (src: string, trackName: string, bitrate: number) =>
    `<textstream src="${src}" systemBitrate="${bitrate}"><param name="trackID" value="1"/><param name="trackName" value="${trackName}"/></textstream>`;
  const strip =
    '<video src="strip.ismv" systemBitrate="3000"><param name="trackID" value="1"/><param name="trackName" value="strip"/></video>';
  await writeFile(
    join(at, `${name}.ism`),
    `<smil><head><meta name="clientManifestRelativePath" content="${name}.ismc"/></head><body><switch>
${tracks.map(([element]) => element).join('\n')}
${text('captions.ismt', 'captions_de', 1000)}${text('splices.ismt', 'ads', 1000)}${strip}
</switch></body></smil>`,
  );
  const ismc = (await readFile(join(SAMPLE, 'sample.ismc'), 'utf8')).replace(TEXT_STREAMS, '');
  const own = ismc.replace(/ *<QualityLevel Index="[0-3]" Bitrate="(?!9)\d{6}"[^>]*\/>\n/g, '');
  const level = '<QualityLevel Index="0" Bitrate="1000" FourCC="';
  const url = (stream: string) => `Url="QualityLevels({bitrate})/Fragments(${stream}={start time})"`;
  const extra = `
<StreamIndex Type="text" Name="captions_de" Subtype="CAPT" Language="ger" ${url('captions_de')}>${level}TTML"/>
${Array.from({ length: 15 }, () => '<c d="20000000"/>').join('')}</StreamIndex>
<StreamIndex Type="text" Name="ads" Subtype="DATA" ParentStreamIndex="video" ${url('ads')}>${level}"/><c t="100000000" d="600000000"/></StreamIndex>
<StreamIndex Type="text" Name="chapters" Subtype="CHAP" ManifestOutput="TRUE" ParentStreamIndex="video" Url="x">${level}"/>
<c t="0" d="100000000"><f>${Buffer.from('Dusk').toString('base64')}</f></c><c t="100000000" d="1"><f>${Buffer.from('Night & "stars"').toString('base64')}</f></c></StreamIndex>
<StreamIndex Type="video" Name="strip" Subtype="ZOET" ${url('strip')}><QualityLevel Index="0" Bitrate="3000" FourCC="JPEG" MaxWidth="160" MaxHeight="90" CodecPrivateData=""/><c t="0" d="150000000"/><c d="150000000"/></StreamIndex>
</SmoothStreamingMedia>`;
  await writeFile(join(at, `${name}.ismc`), own.replace('</SmoothStreamingMedia>', extra));
}
