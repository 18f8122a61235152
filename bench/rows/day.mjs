// A day's manifest: from the end of its body to the first request for a fragment, and the longest task meanwhile; on a
// slow line, from `load` to that request and to the first frame.
import { interleaved, SLOW, setLine, withPlayer } from '../session.mjs';

const CHUNKS = 43_200;

/** Two streams of 2 s chunks, all written out. */
export function dayLongManifest() {
  const private_ = {
    video: '000000016742C015D981B1FE4FFF0280027F1000000300100000030320F162E6800000000168C9632C80',
    audio: '1190',
  };
  const stream = (type, level) => {
    const chunks = Array.from({ length: CHUNKS }, (_, n) => `<c n="${n}" t="${n * 2e7}" d="20000000"/>\n`);
    return `<StreamIndex Type="${type}" Name="${type}" Chunks="${CHUNKS}" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(${type}={start time})">
<QualityLevel Index="0" ${level} CodecPrivateData="${private_[type]}"/>\n${chunks.join('')}</StreamIndex>\n`;
  };
  const video = stream('video', 'Bitrate="254000" FourCC="H264" MaxWidth="426" MaxHeight="240"');
  const sound =
    'Bitrate="64000" FourCC="AACL" SamplingRate="48000" Channels="2" BitsPerSample="16" PacketSize="4" AudioTag="255"';
  return Buffer.from(`<?xml version="1.0" encoding="utf-8"?>
<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" TimeScale="10000000" Duration="${CHUNKS * 2e7}">
${video}${stream('audio', sound)}</SmoothStreamingMedia>`);
}

/** The manifest of a title, with its streams and levels, as if it lasted a day: the chunks of all streams last 2 s. */
export function lastingADay(manifest, base) {
  const chunks = `<c t="0" d="20000000"/>${'<c d="20000000"/>'.repeat(CHUNKS - 1)}`;
  return Buffer.from(
    manifest
      .replace(/(?<=\sDuration=")\d+/, String(CHUNKS * 2e7))
      .replace(/(?<=\sChunks=")\d+/g, String(CHUNKS))
      .replace(/(?<=\sUrl=")/g, base)
      .replace(/<c\s[\s\S]*?(?=<\/StreamIndex>)/g, chunks),
  );
}

export async function measure(bench) {
  const { origin, players, runs, url } = bench;
  const found = await interleaved(players, Math.min(5, runs), (player) =>
    withPlayer(bench, player, (page) => {
      origin.rules.clear();
      return page.evaluate((day) => globalThis.bench.parse(day), `${url}/day.ism/Manifest`);
    }),
  );
  const pick = (name) =>
    Object.fromEntries(players.map((player) => [player, found[player].map((one) => one[name])]));
  const slow = await interleaved(players, Math.min(5, runs), (player) =>
    withPlayer(bench, player, (page) => {
      origin.rules.clear();
      setLine(origin, '/titles', SLOW);
      return page.evaluate((day) => globalThis.bench.open(day), `${url}/titles-day/Manifest`);
    }),
  );
  const pickSlow = (name) =>
    Object.fromEntries(players.map((player) => [player, slow[player].map((one) => one[name])]));
  return [
    {
      id: 'day-slow',
      title: '24 h manifest at 3 Mbit/s, first fragment request',
      unit: 'ms',
      better: 'less',
      target: 0.15,
      values: pickSlow('request'),
    },
    {
      id: 'day-slow-start',
      title: '24 h manifest at 3 Mbit/s, first frame',
      unit: 'ms',
      better: 'less',
      values: pickSlow('frame'),
    },
    {
      id: 'day',
      title: '24 h manifest, to the first fragment request',
      unit: 'ms',
      better: 'less',
      target: 0.3,
      values: pick('ms'),
    },
    {
      id: 'day-task',
      title: '24 h manifest, longest task (0: none over 50 ms)',
      unit: 'ms',
      better: 'less',
      values: pick('longestTask'),
    },
  ];
}
