// The page that browser tests drive: a player on a bare video, with a record of every event and every frame.
import { readFlash, readStrip } from '/build/demo/sample/strip.js';
import { SmoothPlayer } from '/dist/index.js';

const video = Object.assign(document.createElement('video'), { width: 640, height: 360, playsInline: true });
document.body.append(video);
const smooth = new SmoothPlayer(video);
const events = [];
const pictures = [];

for (const type of [
  'loaded',
  'qualitychange',
  'stall',
  'recover',
  'ended',
  'livechange',
  'keystatuschange',
  'error',
  'warning',
  'fragmentload',
]) {
  smooth.addEventListener(type, (event) => {
    const { error, fragment, from, to, reason, stall, keyId, status, live } = event;
    const detail = {
      error: error?.toJSON(),
      fragment,
      from: from?.bitrate,
      to: to?.bitrate,
      reason,
      stall,
      keyId,
      status,
      live,
    };
    events.push({ type, at: performance.now(), position: video.currentTime, ...detail });
  });
}

const canvas = new OffscreenCanvas(320, 180);
const context = canvas.getContext('2d', { willReadFrequently: true });

/** Gives the time of the picture that it has drawn, in seconds; undefined where a page may not know, as of a protected one. */
function draw() {
  let frame;
  try {
    frame = new VideoFrame(video);
  } catch {
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return undefined;
  }
  context.drawImage(frame, 0, 0, canvas.width, canvas.height);
  const time = frame.timestamp / 1e6;
  frame.close();
  return time;
}

/** Reads what a frame shows, as its pixels tell. */
function look(_now, { mediaTime, presentationTime, presentedFrames }) {
  video.requestVideoFrameCallback(look);
  const drawnTime = draw();
  // A busy page is called so late that the next frame is shown already; its own call reads that.
  // Firefox has another clock for frames, which says nothing.
  const isTold = drawnTime !== undefined && Math.abs(drawnTime - mediaTime) < 0.5;
  if (isTold && Math.abs(drawnTime - mediaTime) > 1e-3) return;
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const pixelAt = (x, y) => data[4 * (y * canvas.width + x) + 1];
  const strip = readStrip(pixelAt, canvas.width, canvas.height);
  const flash = readFlash(pixelAt, canvas.width, canvas.height);
  pictures.push({
    mediaTime,
    at: presentationTime,
    presentedFrames,
    frame: strip?.frame,
    level: strip?.level,
    flash,
    dropped: video.getVideoPlaybackQuality().droppedVideoFrames,
  });
}
video.requestVideoFrameCallback(look);

/** Reads a screenshot of the video, for pages can't draw protected frames; gives the frame's number. */
async function readShot(base64) {
  const response = await fetch(`data:image/png;base64,${base64}`);
  context.drawImage(await createImageBitmap(await response.blob()), 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return readStrip((x, y) => data[4 * (y * canvas.width + x) + 1], canvas.width, canvas.height)?.frame;
}

/** What a bitmap shows, as its pixels tell. */
function readBitmap(image) {
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return readStrip((x, y) => data[4 * (y * canvas.width + x) + 1], canvas.width, canvas.height);
}

/** What the video shows, likewise. */
const readPicture = () => readBitmap(video) ?? {};

/** Resolves with the frame that is shown once a seek has come to rest. */
async function seekTo(time) {
  const before = pictures.length;
  const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
  video.currentTime = time;
  await seeked;
  while (pictures.length === before) await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return { ...pictures.at(-1), currentTime: video.currentTime };
}

/** Resolves when `test` holds, looked at with every frame of the page; rejects after `withinMs`. */
function until(test, withinMs = 30_000) {
  const end = performance.now() + withinMs;
  return new Promise((resolve, reject) => {
    const tick = () => {
      if (test()) resolve();
      else if (performance.now() > end) reject(new Error(`not within ${withinMs} ms: ${test}`));
      else requestAnimationFrame(tick);
    };
    tick();
  });
}

const beeps = [];
const pitch = [];

/** Hears the element: notes when each beep begins, on the clock that frames are noted on, and how high it is. */
async function hear() {
  const audio = new AudioContext();
  await audio.audioWorklet.addModule('beeps.js');
  const ear = new AudioWorkletNode(audio, 'beeps', { numberOfOutputs: 0 });
  audio.createMediaElementSource(video).connect(ear);
  ear.port.onmessage = ({ data: { heardAt, hertz } }) => {
    // Both clocks are read together, so that it doesn't matter how long the message took.
    if (heardAt !== undefined) beeps.push({ at: performance.now() - (audio.currentTime - heardAt) * 1000 });
    if (hertz !== undefined) pitch.push(hertz);
  };
}

Object.assign(globalThis, {
  beeps,
  pitch,
  hear,
  SmoothPlayer,
  smooth,
  video,
  events,
  pictures,
  readBitmap,
  readPicture,
  readShot,
  seekTo,
  until,
});
