// One adapter for each player: it plays a title with its first track of text on, in a page's stage. Each gives the element, where
// the text is drawn, where known whether it failed, and `close`.
import { runScript } from './players.js';

const bundled = (name) => `/peers/${name}.js`;
const peer = (path) => `/peers/node_modules/${path}`;

function addVideo(stage) {
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
  const text = document.createElement('div');
  stage.replaceChildren(video, text);
  return { video, text };
}

export const TEXT_PLAYERS = {
  async smooth(stage, url) {
    await import('/dist/cdn/smooth-player.js');
    const element = document.createElement('smooth-player');
    Object.assign(element, { muted: true, captions: true });
    stage.replaceChildren(element);
    await element.player.load(url);
    const drawn = () =>
      element.renderRoot.querySelector('smooth-captions')?.shadowRoot.querySelector('.picture');
    return { video: element.video, drawn, close: () => element.remove() };
  },

  async dash(stage, url) {
    await runScript(peer('dashjs/dist/modern/umd/dash.mediaplayer.min.js'));
    await runScript(peer('dashjs/dist/modern/umd/dash.mss.min.js'));
    const { video, text } = addVideo(stage);
    const player = globalThis.dashjs.MediaPlayer().create();
    player.initialize(video, null, false);
    player.attachTTMLRenderingDiv(text);
    player.on('streamInitialized', () => {
      player.enableText(true);
      player.setTextTrack(0);
    });
    player.attachSource(url);
    return { video, drawn: () => text, close: () => player.destroy() };
  },

  async rx(stage, url) {
    const { RxPlayer } = await import(bundled('rx-text'));
    const { video, text } = addVideo(stage);
    const player = new RxPlayer({ videoElement: video });
    player.addEventListener('availableTextTracksChange', ([track]) => {
      if (track) player.setTextTrack(track.id);
    });
    player.loadVideo({ url, transport: 'smooth', textTrackMode: 'html', textTrackElement: text });
    return { video, drawn: () => text, close: () => player.dispose() };
  },

  async shaka(stage, url) {
    await runScript(peer('codem-isoboxer/dist/iso_boxer.min.js'));
    await runScript(peer('shaka-player/dist/shaka-player.compiled.js'));
    const { shaka } = globalThis;
    shaka.polyfill.installAll();
    const { video, text } = addVideo(stage);
    const player = new shaka.Player();
    player.setVideoContainer(text);
    await player.attach(video);
    const begun = player.load(url, undefined, 'application/vnd.ms-sstr+xml').then(() => {
      const [track] = player.getTextTracks();
      if (track) player.selectTextTrack(track);
      player.setTextTrackVisibility(true);
    });
    let hasFailed = false;
    const fail = () => {
      hasFailed = true;
    };
    player.addEventListener('error', fail);
    begun.catch(fail);
    return { video, drawn: () => text, hasFailed: () => hasFailed, close: () => player.destroy() };
  },
};
