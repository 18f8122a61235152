// A page with a bare video and one of several players, driven from tests through `peer`.
import { readStrip } from '/build/demo/sample/strip.js';

const video = Object.assign(document.createElement('video'), { width: 640, height: 360, playsInline: true });
document.body.append(video);

const pictures = [];
const problems = [];
let waits = 0;
video.addEventListener('waiting', () => {
  // At the beginning and after a seek there is nothing yet; that is no stall.
  if (isPlaying && !video.seeking) waits += 1;
});
let isPlaying = false;
video.addEventListener('playing', () => {
  isPlaying = true;
});
video.addEventListener('seeking', () => {
  isPlaying = false;
});
video.addEventListener('error', () => problems.push(`element: ${video.error?.message}`));

const canvas = new OffscreenCanvas(320, 180);
const context = canvas.getContext('2d', { willReadFrequently: true });

/** Reads what a frame shows, as its pixels tell. */
function look(_now, { mediaTime }) {
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const strip = readStrip((x, y) => data[4 * (y * canvas.width + x) + 1], canvas.width, canvas.height);
  pictures.push({ mediaTime, at: performance.now(), frame: strip?.frame, level: strip?.level });
  video.requestVideoFrameCallback(look);
}
video.requestVideoFrameCallback(look);

/** Each opens an address, and gives what tests need of the player. Levels are counted from the lowest. */
const OPENERS = {
  'hls.js': async (url, { keys, isLive }) => {
    const { default: Hls } = await import('/modules/hls.js/dist/hls.mjs');
    const hls = new Hls({
      enableWorker: false,
      startLevel: 0,
      maxBufferLength: isLive ? 30 : 4,
      maxMaxBufferLength: isLive ? 30 : 6,
      emeEnabled: keys !== undefined,
      drmSystems: keys ? { 'org.w3.clearkey': { licenseUrl: licenceUrl(keys) } } : {},
    });
    hls.on(Hls.Events.ERROR, (_event, { fatal, type, details, error }) => {
      if (fatal) problems.push(`hls.js: ${type} ${details} ${error?.message}`);
    });
    hls.attachMedia(video);
    hls.loadSource(url);
    await new Promise((resolve) => hls.once(Hls.Events.MANIFEST_PARSED, resolve));
    await video.play();
    return {
      setLevel: (index) => {
        hls.nextLevel = index < 0 ? hls.levels.length - 1 : index;
      },
      languages: () => hls.audioTracks.map(({ lang }) => lang),
      setLanguage: (language) => {
        hls.audioTrack = hls.audioTracks.findIndex(({ lang }) => lang === language);
      },
      showCaptions: () => {
        hls.subtitleTrack = 0;
        hls.subtitleDisplay = true;
      },
      destroy: () => hls.destroy(),
    };
  },

  'dash.js': async (url, { keys, isLive }) => {
    const dashjs = await loadScript('/modules/dashjs/dist/modern/umd/dash.all.min.js', 'dashjs');
    const player = dashjs.MediaPlayer().create();
    player.updateSettings({
      debug: { logLevel: 0 },
      streaming: {
        abr: { autoSwitchBitrate: { video: false }, initialBitrate: { video: 1 } },
        buffer: isLive
          ? {}
          : { bufferTimeDefault: 4, bufferTimeAtTopQuality: 6, bufferTimeAtTopQualityLongForm: 6 },
        text: { defaultEnabled: true },
      },
    });
    player.on('error', ({ error }) =>
      problems.push(`dash.js: ${error?.code ?? error} ${error?.message ?? ''}`),
    );
    // It plays by itself: whoever calls `play` before the manifest is there stops its refresh.
    player.initialize(video, url, true);
    const captions = document.body.appendChild(document.createElement('div'));
    player.attachTTMLRenderingDiv(captions);
    if (keys) {
      const clearkeys = Object.fromEntries(
        Object.entries(keys).map(([id, key]) => [base64Url(id), base64Url(key)]),
      );
      player.setProtectionData({ 'org.w3.clearkey': { clearkeys } });
    }
    await new Promise((resolve) => player.on('playbackStarted', resolve));
    return {
      setLevel: (index) => {
        const all = player.getRepresentationsByType('video');
        player.setRepresentationForTypeByIndex('video', index < 0 ? all.length - 1 : index, true);
      },
      languages: () => player.getTracksFor('audio').map(({ lang }) => lang),
      setLanguage: (language) =>
        player.setCurrentTrack(player.getTracksFor('audio').find(({ lang }) => lang === language)),
      showCaptions: () => player.setTextTrack(0),
      destroy: () => player.destroy(),
    };
  },

  shaka: async (url, { keys, isLive }) => {
    const shaka = await loadScript('/modules/shaka-player/dist/shaka-player.compiled.js', 'shaka');
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    player.addEventListener('error', ({ detail }) =>
      problems.push(`shaka: ${detail.code} ${detail.data?.[1] ?? ''}`),
    );
    player.configure({
      abr: { enabled: false },
      drm: keys ? { clearKeys: keys } : {},
      streaming: isLive ? {} : { bufferingGoal: 4, rebufferingGoal: 1, bufferBehind: 10 },
      preferredAudio: [{ language: 'en' }],
    });
    await player.attach(video);
    await player.load(url);
    const levels = () =>
      player
        .getVariantTracks()
        .filter(
          ({ language }) => language === player.getVariantTracks().find(({ active }) => active)?.language,
        )
        .sort((a, b) => a.bandwidth - b.bandwidth);
    const setLevel = (index) => player.selectVariantTrack(levels().at(index), true, 1);
    setLevel(0);
    await video.play();
    return {
      setLevel,
      languages: () => [...new Set(player.getVariantTracks().map(({ language }) => language))],
      setLanguage: (language) => {
        const { height } = player.getVariantTracks().find(({ active }) => active) ?? {};
        const all = player.getVariantTracks().filter((track) => track.language === language);
        player.selectVariantTrack(all.find((track) => track.height === height) ?? all[0], true, 1);
      },
      showCaptions: async () => {
        await player.selectTextTrack(player.getTextTracks()[0]);
      },
      destroy: () => player.destroy(),
    };
  },
};

/** Ours, for titles that are Smooth Streaming still. */
OPENERS.smooth = async (url) => {
  const { SmoothPlayer } = await import('/dist/index.js');
  const player = new SmoothPlayer(video);
  player.addEventListener('error', ({ error }) => problems.push(`smooth: ${error.message}`));
  await player.load(url);
  player.setQuality(player.qualities[0]);
  await video.play();
  return {
    setLevel: (index) => player.setQuality(player.qualities.at(index)),
    languages: () => player.audioTracks.map(({ language }) => language),
    destroy: () => player.destroy(),
  };
};

async function loadScript(src, name) {
  const script = Object.assign(document.createElement('script'), { src });
  document.head.append(script);
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${src} can't be loaded`));
  });
  return globalThis[name];
}

const base64Url = (hex) =>
  btoa(String.fromCharCode(...hex.match(/../g).map((pair) => Number.parseInt(pair, 16))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** A licence server of its own, for players that know no other way to ClearKey. */
const licenceUrl = (keys) => {
  const list = Object.entries(keys).map(([id, key]) => ({
    kty: 'oct',
    kid: base64Url(id),
    k: base64Url(key),
  }));
  return `/licence/${base64Url([...JSON.stringify({ keys: list, type: 'temporary' })].map((one) => one.charCodeAt(0).toString(16).padStart(2, '0')).join(''))}`;
};

const pitch = [];

/** Listens to the element: notes how high each beep is. */
async function listen() {
  const audio = new AudioContext();
  await audio.audioWorklet.addModule('/page/beeps.js');
  const ear = new AudioWorkletNode(audio, 'beeps', { numberOfOutputs: 0 });
  audio.createMediaElementSource(video).connect(ear);
  ear.port.onmessage = ({ data: { hertz } }) => {
    if (hertz !== undefined) pitch.push(hertz);
  };
}

/** All cues that the element has; dash.js keeps the text of TTML in a tree beside them. */
const cues = () =>
  [...video.textTracks].flatMap((track) => {
    if (track.mode === 'disabled') track.mode = 'hidden';
    return [...(track.cues ?? [])].map(({ startTime, endTime, text, isd }) => ({
      startTime,
      endTime,
      text: text || textIn(isd),
    }));
  });

const textIn = (node) => (node ? `${node.text ?? ''}${(node.contents ?? []).map(textIn).join('')}` : '');

/** Reads a screenshot of the video, for pages can't draw protected frames. */
async function readShot(base64) {
  const response = await fetch(`data:image/png;base64,${base64}`);
  context.drawImage(await createImageBitmap(await response.blob()), 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return readStrip((x, y) => data[4 * (y * canvas.width + x) + 1], canvas.width, canvas.height)?.frame;
}

globalThis.peer = {
  video,
  pictures,
  problems,
  pitch,
  cues,
  readShot,
  listen,
  get waits() {
    return waits;
  },
  async open(player, url, options) {
    Object.assign(this, await OPENERS[player](url, options));
  },
};
