import { SmoothError } from '../../base/errors.ts';
import { seconds } from '../../base/time.ts';
import { isFilmStrip } from '../../manifest/main-stream.ts';
import { pageUrl } from '../../net/page-url.ts';
import type { SessionContext } from '../session-context.ts';
import { FilmStripSource } from './film-strip.ts';
import { FrameSteps } from './frame-steps.ts';
import { KeyFrameSource } from './key-frame-source.ts';
import { type NavigationPorts, navigationPortsOf } from './navigation-ports.ts';
import { canDecodePictures, PictureDecoder } from './picture-decoder.ts';
import type { PictureSource } from './picture-source.ts';
import { PreviewLoader } from './preview-loader.ts';
import { type SnapshotOptions, takeSnapshot } from './snapshot.ts';
import { StoryboardSource } from './storyboard.ts';
import { TrickPlay } from './trick-play.ts';

/** Navigation in one title: previews, stills, single frames. Ends with its signal. */
export class Navigation {
  readonly previews: PreviewLoader;
  readonly steps: FrameSteps;
  readonly trick: TrickPlay;
  readonly #ports: NavigationPorts;
  readonly #signal: AbortSignal;
  readonly #decoder = new PictureDecoder();
  readonly #keyFrames: KeyFrameSource;
  #storyboard: StoryboardSource | undefined;

  constructor(ports: NavigationPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
    this.#keyFrames = new KeyFrameSource(ports, this.#decoder);
    this.previews = new PreviewLoader(this.#sources(), ports, signal);
    this.trick = new TrickPlay(this.#keyFrames, ports, signal);
    this.steps = new FrameSteps(this.#keyFrames, () => this.trick.end('pause'), ports, signal);
    signal.addEventListener('abort', () => this.#decoder.close(), { once: true });
  }

  /** Uses a storyboard's images for previews. Rejects with network errors, `source-invalid`, and `pictures-unavailable` if it isn't one. */
  async addStoryboard(url: string): Promise<void> {
    const storyboard = await StoryboardSource.load(pageUrl(url), this.#ports, this.#signal);
    if (storyboard.isEmpty)
      throw new SmoothError('pictures-unavailable', { problem: `${url} is not a storyboard` });
    this.#storyboard = storyboard;
    this.previews.use(this.#sources());
  }

  /** Another video stream was chosen: a camera angle. */
  changePicture(): void {
    this.trick.end('play').catch(() => {});
    this.previews.use(this.#sources());
  }

  snapshot(time: number, options: SnapshotOptions): Promise<ImageBitmap> {
    return takeSnapshot(seconds(time), options, this.#keyFrames, this.#decoder, this.#ports, this.#signal);
  }

  /** The best first. */
  #sources(): readonly PictureSource[] {
    const strip = this.#ports
      .title()
      .presentation.streams.find((stream) => isFilmStrip(stream) && stream.chunks.length > 0);
    return [
      ...(this.#storyboard ? [this.#storyboard] : []),
      ...(strip ? [new FilmStripSource(strip, this.#ports)] : []),
      ...(canDecodePictures() ? [this.#keyFrames] : []),
    ];
  }
}

export const openNavigation = (context: SessionContext, signal: AbortSignal): Navigation =>
  new Navigation(navigationPortsOf(context), signal);
