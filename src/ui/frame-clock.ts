const USUAL_FRAME = 1 / 25;

/** Learns how long a frame lasts, in seconds, from two frames after playback begins. */
export class FrameClock {
  readonly #video: HTMLVideoElement;
  #frame = USUAL_FRAME;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    if ('requestVideoFrameCallback' in video) video.addEventListener('playing', this.#measure);
  }

  get frameDuration(): number {
    return this.#frame;
  }

  #measure = () => {
    this.#video.requestVideoFrameCallback((_, first) => {
      this.#video.requestVideoFrameCallback((_, second) => {
        const frames = second.presentedFrames - first.presentedFrames;
        const frame = (second.mediaTime - first.mediaTime) / frames;
        if (frames > 0 && frame > 1 / 250 && frame < 0.5) this.#frame = frame;
      });
    });
  };
}
