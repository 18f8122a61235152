import { floor } from './floor.js';

// One adapter for each player: brought into the page and told of the element, it loads a title when asked to.
const bundled = (name) => `/peers/${name}.js`;
const peer = (path) => `/peers/node_modules/${path}`;

/** Runs a script that sets a global. */
export function runScript(src) {
  return new Promise((resolve, reject) => {
    document.head.append(
      Object.assign(document.createElement('script'), { src, onload: resolve, onerror: reject }),
    );
  });
}

/** Each gives `load(url)`; the element plays by itself as soon as it can. All else is default. */
export const PLAYERS = {
  floor,

  async smooth(video) {
    const { SmoothPlayer } = await import('/dist/index.js');
    const player = new SmoothPlayer(video);
    globalThis.player = player;
    return (url) => player.load(url);
  },

  async dash(video) {
    await runScript(peer('dashjs/dist/modern/umd/dash.mediaplayer.min.js'));
    await runScript(peer('dashjs/dist/modern/umd/dash.mss.min.js'));
    const player = globalThis.dashjs.MediaPlayer().create();
    player.initialize(video, null, true);
    return (url) => player.attachSource(url);
  },

  async rx(videoElement) {
    const { RxPlayer } = await import(bundled('rx-smooth'));
    const player = new RxPlayer({ videoElement });
    return (url) => player.loadVideo({ url, transport: 'smooth', autoPlay: true });
  },

  async shaka(video) {
    // Without it Shaka plays no Smooth Streaming.
    await runScript(peer('codem-isoboxer/dist/iso_boxer.min.js'));
    await runScript(peer('shaka-player/dist/shaka-player.compiled.js'));
    const { shaka } = globalThis;
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    await player.attach(video);
    return (url) => player.load(url, undefined, 'application/vnd.ms-sstr+xml');
  },
};
