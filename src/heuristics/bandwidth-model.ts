import { type Belief, LOG_RATES, moved, PLACES, placeOf, STEP, stepKernel } from './rate-grid.ts';

/** What the network delivered during one span of receiving. */
export interface ThroughputSample {
  readonly bits: number;
  /** Seconds of receiving, without the wait for the first byte. */
  readonly duration: number;
  /** The middle of the span, in seconds on a clock that only this model reads. */
  readonly at: number;
  /** Bits per second that the network delivers at least, however late the body was read, if that is known. */
  readonly least?: number | undefined;
}

/** One hypothesis about how much a network's bandwidth varies. */
interface Volatility {
  /** Random walk of the logarithm of the rate in one second, r.m.s. */
  readonly walk: number;
  /** Jumps per second: the rate is drawn again from the usual rates of the network. */
  readonly jumps: number;
  /** How far the rate measured over one second lies from the underlying rate, r.m.s. of the logarithm. */
  readonly noise: number;
}

export interface BandwidthTuning {
  readonly walks: readonly number[];
  readonly jumps: readonly number[];
  readonly noises: readonly number[];
  /** Fraction of the evidence for each hypothesis that is kept per sample, so that a network may change its behaviour. */
  readonly forget: number;
  /** A sample represents at most this many seconds before it. */
  readonly maxSpan: number;
  /** Samples shorter than this many seconds have the noise of this many. */
  readonly minNoiseSpan: number;
  /** Seconds of receiving after which a rate counts half among the usual rates. */
  readonly usualHalfLife: number;
  /** The prior for the usual rates weighs as much as this many seconds of measurements. */
  readonly priorSeconds: number;
  /** The prior: scale of a Laplace distribution around the mean logarithm of the rate, above and below. */
  readonly priorAbove: number;
  readonly priorBelow: number;
  /** Probability that a usual rate is close to zero. */
  readonly tail: number;
  /** Exponent of the prior against frequent jumps: on a steady network, jumps to the same rate are invisible. */
  readonly rarity: number;
  /** Fraction of samples that are meaningless. */
  readonly outliers: number;
  /** A rate below this fraction of the mean is an outage. It says nothing about the usual rates, and counts as this many seconds at most. */
  readonly outageShare: number;
  readonly outageSeconds: number;
  /**
   * A response this many times faster than the mean, complete within this many seconds, came from a cache, or was read late: the network is
   * only as fast as it is at least.
   */
  readonly cacheFactor: number;
  readonly cacheSeconds: number;
  /** After this many such responses in a row, the network really is that fast. */
  readonly cachePatience: number;
}

export const BANDWIDTH_TUNING: BandwidthTuning = {
  walks: [0.03, 0.1, 0.25],
  jumps: [0.004, 0.03, 0.15],
  noises: [0.08, 0.2, 0.45],
  forget: 0.97,
  maxSpan: 4,
  minNoiseSpan: 0.25,
  usualHalfLife: 20,
  priorSeconds: 8,
  priorAbove: 0.35,
  priorBelow: 0.45,
  tail: 0.01,
  rarity: 0.8,
  outliers: 0.02,
  outageShare: 0.02,
  outageSeconds: 0.05,
  cacheFactor: 5,
  cacheSeconds: 0.03,
  cachePatience: 3,
};

/** A volatility with its posterior: the belief about the rate, and how well past samples were predicted. */
interface Hypothesis extends Volatility {
  readonly belief: Belief;
  readonly evidence: number;
  readonly weight: number;
}

/** What the samples so far say about the network. Immutable: each sample gives a new model. */
export interface BandwidthModel {
  readonly hypotheses: readonly Hypothesis[];
  /** Seconds of receiving at each rate, older ones discounted. */
  readonly history: Float64Array;
  /** Mean logarithm of the rate, and the seconds of measurements behind it. */
  readonly mean: number;
  readonly seconds: number;
  /** The usual rates of this network. */
  readonly usual: Belief;
  readonly lastAt: number;
  /** Consecutive samples that were ignored because they looked cached. */
  readonly skipped: number;
}

/** The expected rate, and how it changes from one planning step to the next. */
export interface BandwidthForecast {
  readonly belief: Belief;
  /** One planning step: a small move, or with probability `jump` any of the `usual` rates. */
  readonly taps: Float64Array;
  readonly jump: number;
  readonly usual: Belief;
  /** How far the mean rate over one step lies from the underlying rate, r.m.s. of the logarithm. */
  readonly noise: number;
  /** Bits per second, averaged over the history. */
  readonly typical: number;
}

/** Updates the model with one more sample. */
export function learnBandwidth(
  known: BandwidthModel | undefined,
  sample: ThroughputSample,
  tuning: BandwidthTuning = BANDWIDTH_TUNING,
): BandwidthModel {
  const isCached = known !== undefined && looksCached(known, sample, tuning);
  if (!isCached) return learnRate(known, sample, tuning);
  const { bits, at, least = 0 } = sample;
  if (least > Math.exp(known.mean)) return learnRate(known, { bits, at, duration: bits / least }, tuning);
  return { ...known, skipped: known.skipped + 1 };
}

function learnRate(
  known: BandwidthModel | undefined,
  sample: ThroughputSample,
  tuning: BandwidthTuning,
): BandwidthModel {
  const duration = Math.max(sample.duration, 0.01);
  const place = placeOf(Math.log(Math.max(sample.bits, 1) / duration));
  const logRate = (LOG_RATES[0] ?? 0) + place * STEP;
  // On a fast network downloads are short, but each represents the time since the previous one.
  const span = Math.max(duration, Math.min(tuning.maxSpan, sample.at - (known?.lastAt ?? sample.at)));
  const isOutage = known !== undefined && logRate < known.mean + Math.log(tuning.outageShare);
  const counted = isOutage ? Math.min(span, tuning.outageSeconds) : span;
  const keep = 0.5 ** (counted / tuning.usualHalfLife);
  const seconds = (known?.seconds ?? 0) * keep;
  const mean = ((known?.mean ?? 0) * seconds + logRate * counted) / (seconds + counted);
  const history = remember(known?.history, place, counted, keep);
  const usual = usualRates(history, mean, tuning);
  const before =
    known?.hypotheses ?? volatilities(tuning).map((volatility) => ({ ...volatility, evidence: 0 }));
  const elapsed = known ? Math.max(0.1, sample.at - known.lastAt) : 0;
  const kernelOf = perValue((walk) => stepKernel(walk * walk * elapsed));
  const likelihoodOf = perValue((noise) => likelihoods(logRate, duration, noise, tuning.outliers));
  const updated = before.map((hypothesis) => {
    const prior = 'belief' in hypothesis ? predict(hypothesis, elapsed, usual, kernelOf) : usual;
    const [belief, likelihood] = update(prior, likelihoodOf(hypothesis.noise));
    const gained = known ? Math.log(likelihood) * Math.min(1, duration) : 0;
    return { ...hypothesis, belief, evidence: hypothesis.evidence * tuning.forget + gained };
  });
  const scores = updated.map(({ evidence, jumps }) => evidence - tuning.rarity * Math.log(jumps));
  const best = Math.max(...scores);
  const sum = scores.reduce((total, score) => total + Math.exp(score - best), 0);
  const hypotheses = updated.map((one, index) => ({
    ...one,
    weight: Math.exp((scores[index] ?? 0) - best) / sum,
  }));
  return { hypotheses, history, mean, seconds: seconds + counted, usual, lastAt: sample.at, skipped: 0 };
}

/** The rate expected `ahead` seconds after the last sample, for planning in steps of `step` seconds. */
export function forecastBandwidth(model: BandwidthModel, ahead: number, step: number): BandwidthForecast {
  const belief = new Float64Array(PLACES);
  const kernels: [share: number, taps: Float64Array][] = [];
  const stepOf = perValue((walk) => stepKernel(walk * walk * step));
  const kernelOf = perValue((walk) => stepKernel(walk * walk * ahead));
  let [jump, variance, kept, reach] = [0, 0, 0, 1];
  for (const hypothesis of model.hypotheses) {
    const { weight, walk, jumps, noise } = hypothesis;
    if (weight < MIN_WEIGHT) continue;
    const jumpShare = 1 - Math.exp(-jumps * step);
    const taps = stepOf(walk);
    const then = predict(hypothesis, ahead, model.usual, kernelOf);
    for (let place = 0; place < PLACES; place += 1)
      belief[place] = (belief[place] ?? 0) + weight * (then[place] ?? 0);
    kernels.push([weight * (1 - jumpShare), taps]);
    reach = Math.max(reach, (taps.length - 1) / 2);
    kept += weight;
    jump += weight * jumpShare;
    variance += weight * noiseVariance(noise, step);
  }
  return {
    belief: belief.map((share) => share / kept),
    taps: blend(kernels, reach, kept),
    jump: jump / kept,
    usual: model.usual,
    noise: Math.sqrt(variance / kept),
    typical: Math.exp(model.mean),
  };
}

/** The bandwidth now, in bits per second: the geometric mean of the belief. */
export function expectedRate(model: BandwidthModel): number {
  let [mean, sum] = [0, 0];
  for (const { weight, belief } of model.hypotheses) {
    if (weight < MIN_WEIGHT) continue;
    sum += weight;
    for (let place = 0; place < PLACES; place += 1)
      mean += weight * (belief[place] ?? 0) * (LOG_RATES[place] ?? 0);
  }
  return Math.exp(mean / sum);
}

/** The same network with its bandwidth multiplied by `factor`. */
export function scaleBandwidth(model: BandwidthModel, factor: number): BandwidthModel {
  const offset = Math.log(factor);
  const places = Math.round(offset / STEP);
  const shifted = (belief: Belief) => {
    const after = new Float64Array(PLACES);
    belief.forEach((share, place) => {
      const to = Math.min(PLACES - 1, Math.max(0, place + places));
      after[to] = (after[to] ?? 0) + share;
    });
    return after;
  };
  const hypotheses = model.hypotheses.map((one) => ({ ...one, belief: shifted(one.belief) }));
  return { ...model, hypotheses, usual: shifted(model.usual), mean: model.mean + offset };
}

function looksCached(
  known: BandwidthModel,
  { bits, duration }: ThroughputSample,
  tuning: BandwidthTuning,
): boolean {
  const isFar = bits / Math.max(duration, 1e-6) > tuning.cacheFactor * Math.exp(known.mean);
  return duration < tuning.cacheSeconds && isFar && known.skipped < tuning.cachePatience;
}

/** Hypotheses with less weight are ignored in forecasts. */
const MIN_WEIGHT = 1e-3;

function volatilities({ walks, jumps, noises }: BandwidthTuning): Volatility[] {
  return walks.flatMap((walk) =>
    jumps.flatMap((jump) => noises.map((noise) => ({ walk, jumps: jump, noise }))),
  );
}

/** Computes each value once: hypotheses are all combinations of a few. */
function perValue<Result>(compute: (value: number) => Result): (value: number) => Result {
  const known = new Map<number, Result>();
  return (value) => {
    const result = known.get(value) ?? compute(value);
    known.set(value, result);
    return result;
  };
}

function predict(
  { belief, walk, jumps }: Hypothesis,
  elapsed: number,
  usual: Belief,
  kernelOf: (walk: number) => Float64Array,
): Belief {
  if (elapsed <= 0) return belief;
  return moved(belief, kernelOf(walk), 1 - Math.exp(-jumps * elapsed), usual);
}

/** How likely a measured rate is, at each underlying rate. */
function likelihoods(logRate: number, duration: number, noise: number, outliers: number): Float64Array {
  const variance = noiseVariance(noise, duration) + (STEP * 0.4) ** 2;
  const scale = (1 - outliers) / Math.sqrt(2 * Math.PI * variance);
  return LOG_RATES.map((place) => {
    const error = logRate - place;
    return scale * Math.exp((-0.5 * error * error) / variance) + outliers * OUTLIER_DENSITY;
  });
}

/** The belief after observing one rate, and the likelihood of that rate. */
function update(prior: Belief, likelihoods: Float64Array): [Belief, number] {
  const belief = new Float64Array(PLACES);
  let likelihood = 0;
  for (let place = 0; place < PLACES; place += 1) {
    const share = (prior[place] ?? 0) * (likelihoods[place] ?? 0);
    belief[place] = share;
    likelihood += share;
  }
  for (let place = 0; place < PLACES; place += 1) belief[place] = (belief[place] ?? 0) / likelihood;
  return [belief, likelihood];
}

/** Density of the logarithm of an arbitrary rate. */
const OUTLIER_DENSITY = 0.2;

/** `noise` is that of one second; longer spans have less. */
const noiseVariance = (noise: number, duration: number) =>
  (noise * noise) / Math.min(4, Math.max(BANDWIDTH_TUNING.minNoiseSpan, duration));

function remember(history: Float64Array | undefined, place: number, duration: number, keep: number) {
  const after = (history ?? new Float64Array(PLACES)).map((seconds) => seconds * keep);
  const floor = Math.floor(place);
  const part = place - floor;
  // Spread over the neighbours: a rate measured once makes the rates near it usual, not only itself.
  const shares = [0.2 * (1 - part), 0.6 - 0.4 * part, 0.2 + 0.4 * part, 0.2 * part];
  shares.forEach((share, index) => {
    const at = Math.min(PLACES - 1, Math.max(0, floor - 1 + index));
    after[at] = (after[at] ?? 0) + share * duration;
  });
  return after;
}

/** The measured history where there is enough, otherwise a prior around its mean, and always a low tail. */
function usualRates(history: Float64Array, mean: number, tuning: BandwidthTuning): Belief {
  const prior = new Float64Array(PLACES);
  const isLow = (place: number) => place === 0 || (LOG_RATES[place] ?? 0) < mean;
  let [priorSum, measured, below] = [0, 0, 0];
  for (let place = 0; place < PLACES; place += 1) {
    const above = (LOG_RATES[place] ?? 0) - mean;
    const share = Math.exp(-Math.abs(above) / (above < 0 ? tuning.priorBelow : tuning.priorAbove));
    prior[place] = share;
    priorSum += share;
    measured += history[place] ?? 0;
    if (isLow(place)) below += 1;
  }
  return prior.map((share, place) => {
    const known = (tuning.priorSeconds * share) / priorSum + (history[place] ?? 0);
    const low = isLow(place) ? 1 / below : 0;
    return ((1 - tuning.tail) * known) / (tuning.priorSeconds + measured) + tuning.tail * low;
  });
}

/** The weighted sum of kernels of different lengths; weights are relative to `kept`. */
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
