export type Engine = 'chromium' | 'firefox' | 'webkit';

interface KnownLimit {
  readonly engine: Engine;
  /** A part of the titles, or of the file names, of the tests that show it. */
  readonly title: string;
  readonly reason: string;
}

/** What doesn't hold in an engine, by the tests that show it, and why. Such tests are left out there. */
export const KNOWN_LIMITS: readonly KnownLimit[] = [
  {
    engine: 'firefox',
    title: 'steps of a frame are exact, forward and back, over fragments and after a pause in play',
    reason: 'the first step after a pause may be one off: nothing tells which frame is on the screen',
  },
  {
    engine: 'firefox',
    title: 'steps are exact at',
    reason: 'likewise: they begin after a pause in play',
  },
  { engine: 'firefox', title: 'steps are exact over a seam', reason: 'likewise' },
  {
    engine: 'firefox',
    title: 'steps stay at the first and at the last frame',
    reason: 'the test waits for a callback that does not come for a seek to the frame that is shown',
  },
  {
    engine: 'firefox',
    title: 'the clock starts at 0 with the first playable moment',
    reason: 'likewise',
  },
  {
    engine: 'firefox',
    title: 'every change of quality is without a stall',
    reason: 'what a canvas draws in a frame callback is now and then the frame before',
  },
  {
    engine: 'firefox',
    title: 'asked in ClearKey’s own words',
    reason: 'its driver does not tell the body of a request that consists of bytes',
  },
  {
    engine: 'firefox',
    title: 'buttons and keys go forward and back by key frames',
    reason: 'axe puts an inline style into the page there, which the page’s policy refuses',
  },
  {
    engine: 'firefox',
    title: 'a title with sound alone plays',
    reason: 'it plays no sound alone on a machine without a sound device',
  },
  {
    engine: 'webkit',
    title: 'steps are exact over a seam',
    reason: 'on a busy machine, what a canvas draws after a seek is now and then the frame before',
  },
  {
    engine: 'webkit',
    title: 'every change of quality is without a stall',
    reason:
      'what a canvas draws in a frame callback is now and then the frame before, and its decoder fails now and then',
  },
  {
    engine: 'webkit',
    title: 'on, a title of 30 s shows its last picture',
    reason: 'a seek to the very end fires `ended`, but stays a seek: `seeking` remains true',
  },
  {
    engine: 'webkit',
    title: 'a seek to the end leaves the title as long as it is',
    reason: 'likewise: now and then `ended` isn’t fired either',
  },
  {
    engine: 'webkit',
    title: 'from behind the end of video on',
    reason: 'where a stream has no picture, GStreamer waits for one, and the seek to there may not end',
  },
  {
    engine: 'webkit',
    title: 'from behind the end of audio_en on',
    reason: 'where a stream has no sound, GStreamer fails: “Failed to push buffer”',
  },
  {
    engine: 'webkit',
    title: 'the sound changes language during play, without a stall, and back',
    reason: 'the clock stands for about a second when media at the playhead is replaced',
  },
  {
    engine: 'webkit',
    title: 'after a change of language a seek finds no sound of the other one',
    reason: 'what was decoded before the change is still played',
  },
  {
    engine: 'webkit',
    title: 'of a protected title',
    reason: 'Debian’s WebKitGTK has no Encrypted Media Extensions',
  },
  {
    engine: 'webkit',
    title: 'drm.spec.ts',
    reason: 'Debian’s WebKitGTK has no Encrypted Media Extensions',
  },
  {
    engine: 'webkit',
    title: 'a real presentation, made by others, plays to its end',
    reason: 'the driver counts one decoded frame less',
  },
];

/** For Playwright's `grepInvert`. */
export function limitsOf(engine: Engine): RegExp[] {
  return KNOWN_LIMITS.filter((limit) => limit.engine === engine).map(
    ({ title }) => new RegExp(title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')),
  );
}
