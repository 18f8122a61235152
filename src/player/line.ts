import { type Bandwidth, expectedBandwidth, learnBandwidth, NO_BANDWIDTH } from '../heuristics/bandwidth.ts';
import { LineMeter, type Transfer } from '../net/line-meter.ts';

/** What a player knows of the line; outlives titles, since the line does. */
export class Line {
  readonly meter = new LineMeter();
  #bandwidth: Bandwidth = NO_BANDWIDTH;

  learn({ lineBytes, bodyMs }: Transfer): void {
    this.#bandwidth = learnBandwidth(this.#bandwidth, { bytes: lineBytes, duration: bodyMs / 1000 });
  }

  /** Expected bits per second; `undefined` before the first fragment. */
  get estimate(): number | undefined {
    return expectedBandwidth(this.#bandwidth);
  }
}
