// The page in which one player plays a live channel, however long: what is seen hangs on `live`, and is small at any time.
import { secondsBehind } from './behind.js';
import { PLAYERS } from './players.js';

const LOOK_MS = 50;
/** Standing still for longer than this is a stall, in milliseconds. */
const STALL_MS = 250;

const video = document.querySelector('video');
const { searchParams } = new URL(location.href);
/** When the channel's content began, in milliseconds since 1970. */
const begun = Number(searchParams.get('begun'));

/** Adds up the time for which something stood, and how often. */
class Stalls {
  #standing = 0;
  count = 0;
  ms = 0;

  stood(ms) {
    const isNew = this.#standing <= STALL_MS;
    this.#standing += ms;
    if (this.#standing <= STALL_MS) return;
    this.ms += isNew ? this.#standing : ms;
    if (isNew) this.count += 1;
  }

  moved() {
    this.#standing = 0;
  }
}

const byClock = new Stalls();
const byFrames = new Stalls();
let isShown = false;
let lastLook;
let lastFrame;
let latencies = [];
let reported = [];
let lookedAt = 0;
let error;

function seen(_now, { presentationTime, presentedFrames }) {
  isShown = true;
  // Where frames were shown in between, the page was late and not the picture.
  if (lastFrame && presentedFrames - lastFrame.count <= 1) byFrames.stood(presentationTime - lastFrame.at);
  byFrames.moved();
  lastFrame = { at: presentationTime, count: presentedFrames };
  if (presentationTime - lookedAt > 1000) {
    lookedAt = presentationTime;
    const latency = secondsBehind(video, begun, presentationTime);
    if (latency !== undefined) latencies.push(latency);
    const own = globalThis.player?.live?.latency;
    if (own !== undefined && latency !== undefined) reported.push(own - latency);
  }
  video.requestVideoFrameCallback(seen);
}
video.requestVideoFrameCallback(seen);
video.addEventListener('error', () => {
  error = video.error?.message || 'the element failed';
});

setInterval(() => {
  const now = { at: performance.now(), time: video.currentTime };
  if (isShown && lastLook) {
    if (now.time === lastLook.time) byClock.stood(now.at - lastLook.at);
    else byClock.moved();
  }
  lastLook = now;
}, LOOK_MS);

const load = await PLAYERS[searchParams.get('player')](video);

globalThis.live = {
  /** Loads a channel. What fails shows in the figures: nothing plays. */
  begin(url) {
    Promise.resolve(load(url)).catch((reason) => {
      error = String(reason?.message ?? reason);
    });
  },

  /** What was seen since the last time, and stalls since the beginning. */
  take() {
    const still = lastFrame ? performance.now() - lastFrame.at : 0;
    const isFrozen = still > STALL_MS;
    const report = {
      isShown,
      latencies,
      reported,
      position: video.currentTime,
      played: Array.from({ length: video.played.length }, (_, i) => i).reduce(
        (sum, i) => sum + video.played.end(i) - video.played.start(i),
        0,
      ),
      stalls: {
        clock: { ...byClock },
        frames: { count: byFrames.count + Number(isFrozen), ms: byFrames.ms + (isFrozen ? still : 0) },
      },
      error: globalThis.player?.error?.message ?? error,
    };
    latencies = [];
    reported = [];
    return report;
  },
};
