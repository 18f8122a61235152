import { html, type ReactiveController } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { SmoothFeedback } from './feedback.ts';
import type { ControlRequest } from './requests.ts';
import type { SmoothVideoElement } from './smooth-video.ts';

/** Shows on the picture what a click, a tap or a key did. */
export class FeedbackLayer implements ReactiveController {
  readonly #host: SmoothVideoElement;
  #shown: SmoothFeedback['shown'];
  /** The message about the last action; a new object each time. */
  #said = { text: '' };

  constructor(host: SmoothVideoElement) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#shown = undefined;
  }

  render() {
    return html`<smooth-feedback exportparts="feedback" aria-hidden="true" .shown=${this.#shown}></smooth-feedback>`;
  }

  /** The message at the upper edge: `rate`, while playback has an unusual one, or else about the last action. */
  renderSaid(rate: string | undefined) {
    const { text } = this.#said;
    if (rate !== undefined) return html`<div class="said rate" aria-hidden="true">${rate}</div>`;
    // A new element each time, so that its animation restarts.
    return keyed(
      this.#said,
      html`<div class="said" aria-hidden="true" ?data-shown=${text !== ''}>${text}</div>`,
    );
  }

  /** Shows a message for a moment. */
  say(text: string): void {
    this.#said = { text };
    this.#host.requestUpdate();
  }

  /** `paused`: the state after the request. */
  show(
    request: ControlRequest,
    {
      paused,
      times,
      language,
    }: { readonly paused: boolean; readonly times: number; readonly language: string },
  ): void {
    if (request.type === 'toggle-play') this.#show({ kind: paused ? 'pause' : 'play', text: '' });
    if (request.type !== 'seek-by') return;
    const seconds = Math.abs(request.seconds) * times;
    const text = new Intl.NumberFormat(language, {
      style: 'unit',
      unit: 'second',
      unitDisplay: 'narrow',
    }).format(seconds);
    this.#show({ kind: request.seconds < 0 ? 'back' : 'forward', text });
  }

  #show(shown: NonNullable<SmoothFeedback['shown']>): void {
    this.#shown = shown;
    this.#host.requestUpdate();
    import('./feedback.ts').then(
      ({ defineFeedback }) => defineFeedback(),
      () => {}, // without it nothing is shown
    );
  }
}
