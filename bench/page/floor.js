// Fetches and appends ready-made segments, of which it knows everything beforehand.
const BASE = '/titles-floor/';
const AHEAD = 30;

const bytesOf = async (path, signal) => (await fetch(BASE + path, { signal })).arrayBuffer();
const once = (target, type) =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
const nameOf = ({ type }, level, index) => `${type}-${level}-${index}.mp4`;

/** Gives `load`, which plays the title whatever the URL. */
export async function floor(video) {
  const tracks = await (await fetch(`${BASE}list.json`)).json();
  for (const track of tracks) {
    track.inits = new Map();
    for (const level of new Set([track.first, track.rest]))
      track.inits.set(level, await bytesOf(nameOf(track, level, 'init')));
  }
  return () => {
    let run = new AbortController();
    const source = new MediaSource();
    const opened = once(source, 'sourceopen').then(() => {
      source.duration = 150;
      for (const track of tracks) track.buffer = source.addSourceBuffer(track.mime);
    });
    const feedAll = (from, isStart) => {
      run.abort();
      run = new AbortController();
      for (const track of tracks) feed(video, track, from, isStart, opened, run.signal).catch(() => {});
    };
    video.src = URL.createObjectURL(source);
    video.addEventListener('seeking', () => feedAll(video.currentTime, false));
    feedAll(0, true);
  };
}

async function feed(video, track, from, isStart, opened, signal) {
  const { starts, first, rest, inits } = track;
  const begin = Math.max(
    0,
    starts.findLastIndex((start) => start <= from),
  );
  for (let index = begin; index < starts.length; index += 1) {
    while (starts[index] - video.currentTime > AHEAD) await once(video, 'timeupdate');
    const level = isStart && index === begin ? first : rest;
    const bytes = await bytesOf(nameOf(track, level, index), signal);
    await opened;
    if (track.level !== level) await append(track, inits.get(level), signal);
    track.level = level;
    await append(track, bytes, signal);
  }
}

/** Waits for an append that a seek has left behind. */
async function append({ buffer }, bytes, signal) {
  while (buffer.updating) await once(buffer, 'updateend');
  signal.throwIfAborted();
  buffer.appendBuffer(bytes);
  await once(buffer, 'updateend');
}
