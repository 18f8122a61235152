// Registers <smooth-transcript>. Pages without one never load this.
import { SmoothTranscript } from './ui/text/transcript.ts';

export { SmoothTranscript };

if (typeof HTMLElement !== 'undefined' && !customElements.get('smooth-transcript'))
  customElements.define('smooth-transcript', SmoothTranscript);

declare global {
  interface HTMLElementTagNameMap {
    'smooth-transcript': SmoothTranscript;
  }
}
