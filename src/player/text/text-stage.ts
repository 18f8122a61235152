import { childController } from '../../base/async.ts';
import { NativeTracks } from './native-tracks.ts';
import { TextClock, type TextClockPorts } from './text-clock.ts';

/** Events on the media element. */
export interface StagePorts extends TextClockPorts {
  /** Somebody else switched a native track on or off. */
  readonly onChosen: (id: string | undefined) => void;
  /** Native tracks have to be filled again. */
  readonly onSettled: () => void;
  /** The system started or stopped rendering the video by itself. */
  readonly onDrawingChange: () => void;
}

/** Events after which the system renders the video, cues included, and no page can draw over it; and those that end it. */
const BEGINNINGS = ['enterpictureinpicture', 'webkitbeginfullscreen'] as const;
const ENDINGS = ['leavepictureinpicture', 'webkitendfullscreen'] as const;

/** The media element that a title's text is shown on. */
export class TextStage {
  readonly media: HTMLMediaElement;
  readonly native: NativeTracks;
  readonly #controller: ReturnType<typeof childController>;
  #isDrawnBySystem: boolean;

  constructor(media: HTMLMediaElement, ports: StagePorts, parent: AbortSignal) {
    this.media = media;
    const { onChosen, onSettled, onDrawingChange } = ports;
    this.#controller = childController(parent);
    const { signal } = this.#controller;
    this.native = new NativeTracks(media, onChosen, onSettled, signal);
    this.#isDrawnBySystem = isInPicture(media);
    const watch = (types: readonly string[], isDrawn: boolean) => {
      for (const type of types) {
        const changed = () => {
          this.#isDrawnBySystem = isDrawn;
          onDrawingChange();
        };
        media.addEventListener(type, changed, { signal });
      }
    };
    watch(BEGINNINGS, true);
    watch(ENDINGS, false);
    new TextClock(media, ports, signal);
  }

  /** Picture-in-picture, or a system's own full screen. */
  get isDrawnBySystem(): boolean {
    return this.#isDrawnBySystem;
  }

  close(): void {
    this.#controller.abort();
    this.#controller.dispose();
  }
}

/** In a shadow tree, the document names its host instead. */
const isInPicture = (media: HTMLMediaElement): boolean =>
  (media.getRootNode() as Document | ShadowRoot).pictureInPictureElement === media;
