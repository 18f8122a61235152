// Tells the moment of each beep's first loud sample, on the audio context's clock, and then its pitch.
const LOUD = 0.05;
const SILENCE = 0.3;
/** Long enough for a pitch, shorter than a beep, in seconds. */
const LISTEN = 0.05;

class Beeps extends AudioWorkletProcessor {
  #beganAt = Number.NEGATIVE_INFINITY;
  #loudAt = Number.NEGATIVE_INFINITY;
  #crossings = 0;
  #last = 0;
  #isListening = false;

  process([[samples]]) {
    for (let i = 0; samples && i < samples.length; i += 1)
      this.#hear(samples[i], currentTime + i / sampleRate);
    return true;
  }

  #hear(sample, at) {
    if (Math.abs(sample) >= LOUD) {
      if (at - this.#loudAt > SILENCE) this.#begin(at);
      this.#loudAt = at;
    }
    if (this.#last < 0 && sample >= 0) this.#crossings += 1;
    this.#last = sample;
    if (!this.#isListening || at - this.#beganAt < LISTEN) return;
    this.#isListening = false;
    this.port.postMessage({ hertz: this.#crossings / LISTEN });
  }

  #begin(at) {
    this.#beganAt = at;
    this.#crossings = 0;
    this.#isListening = true;
    this.port.postMessage({ heardAt: at });
  }
}

registerProcessor('beeps', Beeps);
