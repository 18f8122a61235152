import { type Belief, LOG_RATES, moved, PLACES, placeOf, STEP, stepKernel } from './rate-grid.ts';

/** What the line carried during a stretch of receiving. */
export interface LineSample {
  readonly bits: number;
  /** Seconds of receiving; the wait for a first byte is not among them. */
  readonly duration: number;
  /** The stretch's middle, in seconds on a clock that only this model reads. */
  readonly at: number;
}

/** One way in which lines behave. */
interface Temper {
  /** How far the logarithm of the rate wanders in a second, r.m.s. */
  readonly walk: number;
  /** How often in a second the rate begins anew, at any of the values that are usual for the line. */
  readonly jumps: number;
  /** How far the rate of a second differs from what the line gives on the whole, r.m.s. of the logarithm. */
  readonly noise: number;
}

export interface LineTuning {
  readonly walks: readonly number[];
  readonly jumps: readonly number[];
  readonly noises: readonly number[];
  /** What a sample keeps of the evidence for each temper, so that a line may change its temper. */
  readonly forget: number;
  /** A sample speaks for no more than so many seconds before it. */
  readonly mostSpan: number;
  /** Noise of samples shorter than so many seconds is no larger than theirs. */
  readonly leastNoisy: number;
  /** Seconds of receiving after which a rate counts half among the usual ones. */
  readonly usualHalfLife: number;
  /** So many seconds of the line's own history weigh as much as the guess of what is usual. */
  readonly guessSeconds: number;
  /** The guess: how far from their mean the logarithms of rates lie, above and below. */
  readonly guessAbove: number;
  readonly guessBelow: number;
  /** Share of the time in which a line is expected to give next to nothing. */
  readonly tail: number;
  /** What counts for a temper against one that jumps e times as often: on a steady line jumps to where it is can't be seen. */
  readonly rarity: number;
  /** Share of samples that mean nothing. */
  readonly outliers: number;
  /** So many times faster than usual, and complete so soon, is a cache and not the line. */
  readonly cacheFactor: number;
  readonly cacheSeconds: number;
  /** So many such samples in a row are the line after all. */
  readonly cachePatience: number;
}

export const LINE_TUNING: LineTuning = {
  walks: [0.03, 0.1, 0.25],
  jumps: [0.004, 0.03, 0.15],
  noises: [0.08, 0.2, 0.45],
  forget: 0.97,
  mostSpan: 4,
  leastNoisy: 0.25,
  usualHalfLife: 20,
  guessSeconds: 8,
  guessAbove: 0.35,
  guessBelow: 0.45,
  tail: 0.01,
  rarity: 0.8,
  outliers: 0.02,
  cacheFactor: 5,
  cacheSeconds: 0.03,
  cachePatience: 3,
};

/** A temper with what follows from it: where the rate is, and how well that was told before. */
interface Hypothesis extends Temper {
  readonly belief: Belief;
  readonly evidence: number;
  readonly weight: number;
}

/** The line as it was seen so far; replaced by each sample, never changed. */
export interface LineModel {
  readonly hypotheses: readonly Hypothesis[];
  /** Seconds of receiving at each rate, the older the less. */
  readonly history: Float64Array;
  /** Mean logarithm of the rate, and the seconds that it rests on. */
  readonly mean: number;
  readonly seconds: number;
  /** The rates that are usual for this line. */
  readonly usual: Belief;
  readonly lastAt: number;
  /** Samples in a row that looked like a cache's and were left out. */
  readonly leftOut: number;
}

/** Where the rate will be, and how it will go on from there. */
export interface LineForecast {
  readonly belief: Belief;
  /** One step of planning: a small one, or with a share of `anew` any of the `usual` rates. */
  readonly taps: Float64Array;
  readonly anew: number;
  readonly usual: Belief;
  /** How far the mean rate of such a step lies from the place, r.m.s. of the logarithm. */
  readonly noise: number;
  /** Bits per second that are usual on the whole. */
  readonly typical: number;
}

/** What is known of the line after one more sample. */
export function learnLine(
  known: LineModel | undefined,
  sample: LineSample,
  tuning: LineTuning = LINE_TUNING,
): LineModel {
  if (known && looksCached(known, sample, tuning)) return { ...known, leftOut: known.leftOut + 1 };
  const duration = Math.max(sample.duration, 0.01);
  const place = placeOf(Math.log(Math.max(sample.bits, 1) / duration));
  const logRate = (LOG_RATES[0] ?? 0) + place * STEP;
  // A fast line is seen for moments only, but speaks for the time since it was last seen.
  const span = Math.max(duration, Math.min(tuning.mostSpan, sample.at - (known?.lastAt ?? sample.at)));
  const keep = 0.5 ** (span / tuning.usualHalfLife);
  const seconds = (known?.seconds ?? 0) * keep;
  const mean = ((known?.mean ?? 0) * seconds + logRate * span) / (seconds + span);
  const history = remember(known?.history, place, span, keep);
  const usual = usualRates(history, mean, tuning);
  const before = known?.hypotheses ?? tempers(tuning).map((temper) => ({ ...temper, evidence: 0 }));
  const seen = before.map((hypothesis) => {
    const elapsed = known ? Math.max(0.1, sample.at - known.lastAt) : 0;
    const prior = 'belief' in hypothesis ? pass(hypothesis, elapsed, usual) : usual;
    const [belief, likelihood] = update(prior, logRate, duration, hypothesis.noise, tuning.outliers);
    const news = known ? Math.log(likelihood) * Math.min(1, duration) : 0;
    return { ...hypothesis, belief, evidence: hypothesis.evidence * tuning.forget + news };
  });
  const shares = seen.map(({ evidence, jumps }) => evidence - tuning.rarity * Math.log(jumps));
  const best = Math.max(...shares);
  const sum = shares.reduce((total, share) => total + Math.exp(share - best), 0);
  const hypotheses = seen.map((one, index) => ({
    ...one,
    weight: Math.exp((shares[index] ?? 0) - best) / sum,
  }));
  return { hypotheses, history, mean, seconds: seconds + span, usual, lastAt: sample.at, leftOut: 0 };
}

/** What to expect of the line `ahead` seconds after its last sample, in steps of `step` seconds. */
export function forecastLine(model: LineModel, ahead: number, step: number): LineForecast {
  const belief = new Float64Array(PLACES);
  const kernels: [share: number, taps: Float64Array][] = [];
  let [anew, variance, kept, reach] = [0, 0, 0, 1];
  for (const hypothesis of model.hypotheses) {
    const { weight, walk, jumps, noise } = hypothesis;
    if (weight < LEAST_WEIGHT) continue;
    const jump = 1 - Math.exp(-jumps * step);
    const taps = stepKernel(walk * walk * step);
    const then = pass(hypothesis, ahead, model.usual);
    for (let place = 0; place < PLACES; place += 1)
      belief[place] = (belief[place] ?? 0) + weight * (then[place] ?? 0);
    kernels.push([weight * (1 - jump), taps]);
    reach = Math.max(reach, (taps.length - 1) / 2);
    kept += weight;
    anew += weight * jump;
    variance += weight * noiseVariance(noise, step);
  }
  return {
    belief: belief.map((share) => share / kept),
    taps: blend(kernels, reach, kept),
    anew: anew / kept,
    usual: model.usual,
    noise: Math.sqrt(variance / kept),
    typical: Math.exp(model.mean),
  };
}

/** Bits per second of the line now: the middle of what is believed. */
export function expectedRate(model: LineModel): number {
  let [mean, sum] = [0, 0];
  for (const { weight, belief } of model.hypotheses) {
    if (weight < LEAST_WEIGHT) continue;
    sum += weight;
    belief.forEach((share, place) => {
      mean += weight * share * (LOG_RATES[place] ?? 0);
    });
  }
  return Math.exp(mean / sum);
}

/** The same line so many times as fast. */
export function scaleLine(model: LineModel, factor: number): LineModel {
  const away = Math.log(factor);
  const places = Math.round(away / STEP);
  const shifted = (belief: Belief) => {
    const after = new Float64Array(PLACES);
    belief.forEach((share, place) => {
      const to = Math.min(PLACES - 1, Math.max(0, place + places));
      after[to] = (after[to] ?? 0) + share;
    });
    return after;
  };
  const hypotheses = model.hypotheses.map((one) => ({ ...one, belief: shifted(one.belief) }));
  return { ...model, hypotheses, usual: shifted(model.usual), mean: model.mean + away };
}

function looksCached(known: LineModel, { bits, duration }: LineSample, tuning: LineTuning): boolean {
  const isFar = bits / Math.max(duration, 1e-6) > tuning.cacheFactor * Math.exp(known.mean);
  return duration < tuning.cacheSeconds && isFar && known.leftOut < tuning.cachePatience;
}

/** Hypotheses with less are left out of forecasts. */
const LEAST_WEIGHT = 1e-3;

function tempers({ walks, jumps, noises }: LineTuning): Temper[] {
  return walks.flatMap((walk) =>
    jumps.flatMap((jump) => noises.map((noise) => ({ walk, jumps: jump, noise }))),
  );
}

function pass({ belief, walk, jumps }: Hypothesis, elapsed: number, usual: Belief): Belief {
  if (elapsed <= 0) return belief;
  return moved(belief, stepKernel(walk * walk * elapsed), 1 - Math.exp(-jumps * elapsed), usual);
}

/** A belief in the light of one rate, and how likely that rate was. */
function update(
  prior: Belief,
  logRate: number,
  duration: number,
  noise: number,
  outliers: number,
): [Belief, number] {
  const variance = noiseVariance(noise, duration) + (STEP * 0.4) ** 2;
  const scale = (1 - outliers) / Math.sqrt(2 * Math.PI * variance);
  const after = prior.map((share, place) => {
    const error = logRate - (LOG_RATES[place] ?? 0);
    return share * (scale * Math.exp((-0.5 * error * error) / variance) + outliers * ANYWHERE);
  });
  const likelihood = after.reduce((sum, share) => sum + share, 0);
  return [after.map((share) => share / likelihood), likelihood];
}

/** Density of a rate that may be anything. */
const ANYWHERE = 0.2;

/** Noise is that of a second; longer stretches have less of it. */
const noiseVariance = (noise: number, duration: number) =>
  (noise * noise) / Math.min(4, Math.max(LINE_TUNING.leastNoisy, duration));

function remember(history: Float64Array | undefined, place: number, duration: number, keep: number) {
  const after = (history ?? new Float64Array(PLACES)).map((seconds) => seconds * keep);
  const floor = Math.floor(place);
  const part = place - floor;
  // Smeared over the neighbours: what was seen once is usual hereabouts, not exactly there.
  const shares = [0.2 * (1 - part), 0.6 - 0.4 * part, 0.2 + 0.4 * part, 0.2 * part];
  shares.forEach((share, index) => {
    const at = Math.min(PLACES - 1, Math.max(0, floor - 1 + index));
    after[at] = (after[at] ?? 0) + share * duration;
  });
  return after;
}

/** The line's history where there is enough of it, a guess round its mean where not, and a low tail always. */
function usualRates(history: Float64Array, mean: number, tuning: LineTuning): Belief {
  const guess = LOG_RATES.map((logRate) => {
    const above = logRate - mean;
    return Math.exp(-Math.abs(above) / (above < 0 ? tuning.guessBelow : tuning.guessAbove));
  });
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const [guessed, seen] = [total(guess), total(history)];
  const isLow = (logRate: number, place: number) => place === 0 || logRate < mean;
  const below = LOG_RATES.filter(isLow).length;
  return guess.map((share, place) => {
    const known = (tuning.guessSeconds * share) / guessed + (history[place] ?? 0);
    const low = isLow(LOG_RATES[place] ?? 0, place) ? 1 / below : 0;
    return ((1 - tuning.tail) * known) / (tuning.guessSeconds + seen) + tuning.tail * low;
  });
}

/** Kernels laid over each other, each by its share of `kept`. */
function blend(kernels: readonly [number, Float64Array][], reach: number, kept: number): Float64Array {
  const blended = new Float64Array(2 * reach + 1);
  for (const [share, taps] of kernels) {
    const offset = reach - (taps.length - 1) / 2;
    taps.forEach((tap, index) => {
      blended[index + offset] = (blended[index + offset] ?? 0) + (share / kept) * tap;
    });
  }
  return blended;
}
