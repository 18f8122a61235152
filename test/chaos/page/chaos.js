// The page in which one player goes through a session full of outages: what the test does and sees hangs on `chaos`.
import { PLAYERS } from '../../../bench/page/players.js';

const LOOK_MS = 100;
/** Standing still for longer than this is a stall, in milliseconds. */
const STALL_MS = 500;

const video = document.querySelector('video');
const load = await PLAYERS[new URLSearchParams(location.search).get('player')](video);
const stalls = { count: 0, ms: 0 };
/** Whether the viewer has pressed play last, whatever the player made of it. */
let wantsPlay = false;
let frames = 0;
let last;
let standing = 0;

const seen = () => {
  frames += 1;
  video.requestVideoFrameCallback(seen);
};
video.requestVideoFrameCallback(seen);

setInterval(() => {
  const now = { at: performance.now(), time: video.currentTime };
  const elapsed = last ? now.at - last.at : 0;
  if (frames === 0 || !wantsPlay || video.ended || now.time !== last?.time) standing = 0;
  else {
    const before = standing;
    standing += elapsed;
    if (standing > STALL_MS) {
      if (before <= STALL_MS) stalls.count += 1;
      stalls.ms += before <= STALL_MS ? standing : elapsed;
    }
  }
  last = now;
}, LOOK_MS);

function play() {
  wantsPlay = true;
  // A player that has failed may have taken its source away: the figures show it.
  video.play().catch(() => {});
}

globalThis.chaos = {
  /** Loads a title and plays it; whatever goes wrong shows in the figures. */
  begin(url) {
    Promise.resolve(load(url)).catch(() => {});
    play();
  },

  act(action) {
    switch (action.do) {
      case 'seek':
        video.currentTime = action.to;
        break;
      case 'rate':
        video.playbackRate = action.rate;
        break;
      default:
        wantsPlay = false;
        video.pause();
        setTimeout(play, action.seconds * 1000);
    }
  },

  /** What a viewer does whose patience is rewarded: normal speed, and from the start of a title that is near its end. */
  settle() {
    video.playbackRate = 1;
    if (video.ended || video.duration - video.currentTime < 20) video.currentTime = 2;
    play();
  },

  look: () => ({
    time: video.currentTime,
    ended: video.ended,
    frames,
    stalls: { ...stalls },
    error: globalThis.player?.error?.code ?? video.error?.message,
  }),
};
