import { PAGE_STEP } from './hotkeys.ts';
import { pipWindows, windowAround } from './picture-window.ts';
import type { ControlRequest, MenuPageId } from './requests.ts';
import type { SmoothVideoElement } from './smooth-video.ts';
import { nextSpeed, speedLabel } from './speed-menu.ts';
import type { Strings } from './strings.ts';
import { type Chapter, chapterBy } from './text/chapters.ts';
import type { TimeFormat } from './time-format.ts';
import { percentText } from './time-text.ts';
import { nextTrickRate, trickText } from './trick-rates.ts';

/** The context that a request is performed in. */
export interface PerformContext {
  readonly element: SmoothVideoElement;
  readonly rates: readonly number[];
  /** The chosen playback rate. */
  readonly rate: number;
  /** The volume that a muted player returns to. */
  readonly audible: number;
  readonly face: TimeFormat;
  readonly strings: Strings;
  readonly chapters: readonly Chapter[];
  stepFrame(by: 1 | -1, isHeld: boolean): void;
  holdTrick(by: 1 | -1): void;
  /** Shows the picture of a position while the knob is dragged. */
  scrub(to: number): void;
  toggleStats(): void;
  /** Shows or hides text. */
  toggleText(): void;
  openCaptionStyle(): void;
  toggleMenu(page: MenuPageId): void;
}

/** Performs a request. Returns a message for the viewer about the new state. */
export function performRequest(request: ControlRequest, context: PerformContext): string | undefined {
  const { element, strings, face } = context;
  const { start, end } = face.range;
  switch (request.type) {
    case 'toggle-play':
      return togglePlay(element, strings);
    case 'seek':
      element.currentTime = request.to;
      return undefined;
    case 'seek-by':
      return seekTo(context, element.currentTime + request.seconds);
    case 'seek-fraction':
      return seekTo(context, start + (end - start) * request.fraction);
    case 'step-frame':
      context.stepFrame(request.by, request.held);
      return undefined;
    case 'scrub':
      context.scrub(request.to);
      return undefined;
    case 'trick-step': {
      const rate = nextTrickRate(element.trickRate, request.by);
      element.trickPlay(rate).catch(() => undefined);
      return rate === 1 ? strings.play : trickText(rate, strings);
    }
    case 'trick-hold':
      context.holdTrick(request.by);
      return undefined;
    case 'volume':
      return setVolume(element, request.to, strings);
    case 'volume-by':
      return changeVolume(context, request.by);
    case 'toggle-mute':
      return toggleMute(context);
    case 'rate':
      return setRate(element, request.to, strings);
    case 'rate-step':
      return setRate(element, nextSpeed(context.rates, context.rate, request.by), strings);
    case 'toggle-fullscreen':
      void toggleFullscreen(element);
      return undefined;
    case 'toggle-pip':
      void togglePictureInPicture(element);
      return undefined;
    case 'toggle-captions':
      context.toggleText();
      return textName(element, strings);
    case 'text':
      element.player.textTrack = element.player.textTracks.find(({ id }) => id === request.id);
      return textName(element, strings);
    case 'caption-style':
      context.openCaptionStyle();
      return undefined;
    case 'page-by':
      return pageBy(context, request.by);
    case 'quality':
    case 'audio':
    case 'go-live':
    case 'retry':
      return ask(request, element);
    case 'other-title':
      element.dispatchEvent(new Event(request.by > 0 ? 'nexttrack' : 'previoustrack'));
      return undefined;
    case 'toggle-menu':
      context.toggleMenu(request.page);
      return undefined;
    case 'toggle-stats':
      context.toggleStats();
      return undefined;
    case 'toggle-keys':
      element.dispatchEvent(new Event('smooth-keys'));
      return undefined;
    default:
      return request satisfies never;
  }
}

type EngineRequest = Extract<ControlRequest, { type: 'quality' | 'audio' | 'go-live' | 'retry' }>;

function ask(request: EngineRequest, element: SmoothVideoElement): undefined {
  const { player } = element;
  switch (request.type) {
    case 'quality':
      player.quality = player.qualities.find(({ index }) => String(index) === request.choice) ?? 'auto';
      break;
    case 'audio':
      player.audioTrack = player.audioTracks.find(({ id }) => id === request.id) ?? player.audioTrack;
      break;
    case 'go-live':
      player.seekToLive();
      element.play().catch(() => undefined);
      break;
    case 'retry':
      retry(element).catch(() => undefined);
      break;
    default:
      request satisfies never;
  }
}

/** Another failure is reported by the `error` event. */
async function retry(element: SmoothVideoElement): Promise<void> {
  await element.player.retry();
  await element.play();
}

function togglePlay(element: SmoothVideoElement, strings: Strings): string {
  // Playback that failed stands still, although nothing has paused it.
  if (element.paused || element.ended || element.player.state === 'failed') {
    // If the browser blocks it, it stays paused, and the button shows that.
    element.play().catch(() => undefined);
    return strings.play;
  }
  element.pause();
  return strings.pause;
}

function seekTo({ element, face }: PerformContext, time: number): string | undefined {
  const { start, end } = face.range;
  if (!(end > start) || !Number.isFinite(end)) return undefined;
  element.currentTime = Math.min(end, Math.max(start, time));
  return face.text(element.currentTime);
}

/** The selected text, for the viewer. */
export function textName({ player }: SmoothVideoElement, strings: Strings): string | undefined {
  if (player.textTracks.length === 0) return undefined;
  return `${strings.captions}: ${player.textTrack?.label ?? strings.off}`;
}

/** To another chapter, or by a large step, unless the page does something else. */
function pageBy(context: PerformContext, by: 1 | -1): string | undefined {
  const { element, chapters } = context;
  const event = Object.assign(new Event('pagestep', { cancelable: true }), { by });
  if (!element.dispatchEvent(event)) return undefined;
  if (chapters.length === 0) return seekTo(context, element.currentTime + by * PAGE_STEP);
  const chapter = chapterBy(chapters, element.currentTime, by);
  if (!chapter) return undefined;
  element.currentTime = chapter.start;
  return chapter.name;
}

function setVolume(element: SmoothVideoElement, level: number, strings: Strings): string {
  element.volume = Math.min(1, Math.max(0, Math.round(level * 100) / 100));
  element.muted = element.volume === 0;
  return volumeText(element, strings);
}

/** Louder brings the former volume of a muted player back. */
function changeVolume(context: PerformContext, by: number): string {
  const { element, strings } = context;
  if (element.muted && by > 0) return toggleMute(context);
  return setVolume(element, (element.muted ? 0 : element.volume) + by, strings);
}

function toggleMute({ element, audible, strings }: PerformContext): string {
  element.muted = !element.muted;
  if (!element.muted && element.volume === 0) element.volume = audible;
  return volumeText(element, strings);
}

function volumeText({ muted, volume }: SmoothVideoElement, strings: Strings): string {
  return muted ? strings.muted : `${strings.volume} ${percentText(volume, strings.language)}`;
}

function setRate(element: SmoothVideoElement, rate: number, { language }: Strings): string {
  element.playbackRate = rate;
  return speedLabel(rate, language);
}

async function toggleFullscreen(element: SmoothVideoElement): Promise<void> {
  try {
    if (element.matches(':fullscreen')) await element.ownerDocument.exitFullscreen();
    else if ('requestFullscreen' in element) await element.requestFullscreen();
    else enterNativeFullscreen(element);
  } catch {
    // The browser or the embedding page doesn't allow it; nothing has changed.
  }
}

/** iPhones support full screen for native videos only. */
function enterNativeFullscreen(element: object): void {
  const enter: unknown = Reflect.get(element, 'webkitEnterFullscreen');
  if (typeof enter === 'function') Reflect.apply(enter, element, []);
}

async function togglePictureInPicture(element: SmoothVideoElement): Promise<void> {
  const root = element.video.getRootNode();
  const isOut = root instanceof ShadowRoot && root.pictureInPictureElement === element.video;
  try {
    const around = windowAround(element);
    if (around) around.close();
    else if (isOut) await element.ownerDocument.exitPictureInPicture();
    else if (element.disablePictureInPicture) return;
    // Frames have no such windows.
    else if (element.controls && pipWindows() && self === top)
      await (await import('./pip-window.ts')).openPipWindow(element);
    else await element.requestPictureInPicture();
  } catch {
    // Not allowed now, or there is no picture yet; nothing has changed.
  }
}
