// Fetches and appends ready-made segments, of which it knows everything beforehand.
const BASE = '/titles-floor/';
const AHEAD = 30;

const ask = (path, signal) => fetch(BASE + path, { signal });
const once = (target, type) =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
const initOf = ({ type }, bitrate) => `QualityLevels(${bitrate})/${type}.mp4`;
const fragmentOf = ({ type }, bitrate, start) => `QualityLevels(${bitrate})/Fragments(${type}=${start})`;

/** Gives `load`, which plays the title whatever the URL. */
export async function floor(video) {
  const tracks = await (await ask('tracks.json')).json();
  for (const track of tracks) {
    track.inits = new Map();
    for (const bitrate of new Set([track.first, track.rest]))
      track.inits.set(bitrate, await (await ask(initOf(track, bitrate))).arrayBuffer());
  }
  return () => {
    let run = new AbortController();
    const source = new MediaSource();
    const opened = once(source, 'sourceopen').then(() => {
      source.duration = 150;
      for (const track of tracks) track.buffer = source.addSourceBuffer(track.mime);
    });
    const feedAll = async (from, isStart) => {
      run.abort();
      run = new AbortController();
      const { signal } = run;
      const begun = await Promise.all(
        tracks.map((track) => begin(track, from, isStart ? track.first : track.rest, opened, signal)),
      );
      await Promise.all(tracks.map((track, i) => goOn(video, track, begun[i] + 1, signal)));
    };
    const feed = (from, isStart) => feedAll(from, isStart).catch(() => {});
    video.src = URL.createObjectURL(source);
    video.addEventListener('seeking', () => feed(video.currentTime, false));
    void feed(0, true);
  };
}

/** The fragment at a place, piece by piece as it comes: nothing else competes with it. Gives its index. */
async function begin(track, from, bitrate, opened, signal) {
  const { starts, timescale } = track;
  const index = Math.max(
    0,
    starts.findLastIndex((start) => start / timescale <= from),
  );
  const response = ask(fragmentOf(track, bitrate, starts[index]), signal);
  await opened;
  // What a seek has left behind may be half a fragment.
  while (track.buffer.updating) await once(track.buffer, 'updateend');
  signal.throwIfAborted();
  track.buffer.abort();
  await use(track, bitrate, signal);
  await appendAsItComes(track, (await response).body, signal);
  return index;
}

/** Appends what has come as soon as it can, in one piece. */
async function appendAsItComes(track, body, signal) {
  let waiting = [];
  let appending;
  const appendWaiting = async () => {
    while (waiting.length > 0) {
      const bytes = joined(waiting);
      waiting = [];
      await append(track, bytes, signal);
    }
    appending = undefined;
  };
  for await (const piece of body) {
    waiting.push(piece);
    appending ??= appendWaiting().catch(() => {});
  }
  await appending;
}

function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** All fragments from one on, as a whole each. */
async function goOn(video, track, from, signal) {
  const { starts, timescale, rest } = track;
  for (let index = from; index < starts.length; index += 1) {
    while (starts[index] / timescale - video.currentTime > AHEAD) await once(video, 'timeupdate');
    const bytes = await (await ask(fragmentOf(track, rest, starts[index]), signal)).arrayBuffer();
    await use(track, rest, signal);
    await append(track, bytes, signal);
  }
}

async function use(track, bitrate, signal) {
  if (track.bitrate === bitrate) return;
  await append(track, track.inits.get(bitrate), signal);
  track.bitrate = bitrate;
}

/** Waits for an append that a seek has left behind. */
async function append({ buffer }, bytes, signal) {
  while (buffer.updating) await once(buffer, 'updateend');
  signal.throwIfAborted();
  buffer.appendBuffer(bytes);
  await once(buffer, 'updateend');
}
