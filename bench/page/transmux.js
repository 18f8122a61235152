// How many fragments a second each player makes playable, by its own function, over the same bytes.
import { FragmentTransmuxer, ticks, timescale } from '/dist/index.js';

/** Long enough for the compiler to have done its work, and for a figure that holds. */
const WARM_UP_MS = 300;
const MEASURE_MS = 1000;
const SCALE = 10_000_000;

const bundled = (name) => `/peers/${name}.js`;
const fetchBytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());

function runScript(src) {
  return new Promise((resolve) => {
    document.head.append(Object.assign(document.createElement('script'), { src, onload: resolve }));
  });
}

/** Each gives a function from a fragment, which it may write to, to the bytes or pieces of a media segment. */
const FUNCTIONS = {
  async smooth() {
    const context = {
      stream: { type: 'video', timescale: timescale(SCALE) },
      start: ticks(0),
      duration: ticks(2 * SCALE),
      origin: ticks(0),
    };
    return (bytes) => {
      const transmuxer = new FragmentTransmuxer(context);
      const pieces = transmuxer.push(bytes);
      transmuxer.finish();
      return pieces;
    };
  },

  async rx() {
    const { patchSegment } = await import(bundled('rx-transmux'));
    return (bytes) => patchSegment(bytes, 0);
  },

  async dash() {
    const { default: dashjs } = await import(bundled('dash-transmux'));
    const processor = dashjs
      .MssFragmentMoofProcessor({})
      .create({ ISOBoxer: globalThis.ISOBoxer, debug: { getLogger: () => ({}) } });
    const mpd = {
      manifest: { type: 'static', Period: [{ AdaptationSet: [{ SegmentTemplate: { timescale: SCALE } }] }] },
    };
    const representation = { adaptation: { index: 0, period: { index: 0, mpd } } };
    const streamProcessor = {
      getType: () => 'video',
      getRepresentationController: () => ({ getCurrentRepresentation: () => representation }),
    };
    const request = { representation: { mediaInfo: { index: 0 } }, startTime: 0, timescale: SCALE };
    return (bytes) => {
      const event = { request, response: bytes.buffer };
      processor.convertFragment(event, streamProcessor);
      return event.response;
    };
  },

  async shaka() {
    const { shaka } = globalThis;
    const transmuxer = new shaka.transmuxer.MssTransmuxer('mss/video/mp4');
    const stream = { id: 0, mssPrivateData: { timescale: SCALE, duration: 2 } };
    const reference = new shaka.media.SegmentReference(0, 2, () => [], 0, null, null, 0, 0, 2);
    return (bytes) => transmuxer.transmux(bytes.buffer, stream, reference);
  },
};

/** Runs in slices of a few copies made beforehand, since some write into what they are given. */
async function fragmentsASecond(transmux, fragments) {
  const run = async (forMs) => {
    let [spent, done] = [0, 0];
    while (spent < forMs) {
      const copies = fragments.map((bytes) => bytes.slice());
      const from = performance.now();
      for (const copy of copies) await transmux(copy);
      spent += performance.now() - from;
      done += copies.length;
    }
    return (1000 * done) / spent;
  };
  await run(WARM_UP_MS);
  return run(MEASURE_MS);
}

export async function measure(urls, players) {
  await runScript('/peers/node_modules/codem-isoboxer/dist/iso_boxer.js');
  await runScript('/peers/node_modules/shaka-player/dist/shaka-player.compiled.js');
  const fragments = await Promise.all(urls.map(fetchBytes));
  const results = {};
  for (const player of players) {
    const transmux = await FUNCTIONS[player]();
    results[player] = await fragmentsASecond(transmux, fragments);
  }
  return results;
}
