import { considerAbandoning, type DownloadInput } from '../heuristics/abandon.ts';
import { type BandwidthModel, learnBandwidth, type ThroughputSample } from '../heuristics/bandwidth-model.ts';
import { type AudioInput, chooseAudio } from '../heuristics/choose-audio.ts';
import { chooseFirst } from '../heuristics/choose-first.ts';
import { chooseQuality } from '../heuristics/choose-quality.ts';
import { chooseImprovement, type ImproveInput } from '../heuristics/improve.ts';
import { type FrameTick, type MachineState, watchFrames } from '../heuristics/machine.ts';
import type { LevelFacts, QualityInput, QualityPlan } from '../heuristics/quality-input.ts';
import type { RecordedCall, RecordedPart } from '../heuristics/recorded-call.ts';
import { planRecovery, type RecoveryInput } from '../heuristics/recovery.ts';
import { type ClockInput, remedyForClock } from '../heuristics/stall.ts';
import { type Json, plain, revive } from './plain.ts';

/** One decision, repeated. */
export interface ReplayedDecision {
  readonly call: string;
  /** In seconds, on the recording's clock. */
  readonly at: number;
  readonly recorded: Json;
  /** `undefined` if it cannot be repeated: a page's own rule, or a call that this version does not know. */
  readonly replayed: Json | undefined;
  readonly isSame: boolean;
}

interface FramesInput {
  readonly state: MachineState;
  readonly tick: FrameTick;
  readonly bitrates: readonly number[];
}

/** What each call leaves for the next. */
interface State {
  bandwidth: BandwidthModel | undefined;
  plan: QualityPlan | undefined;
  /** The last choice's input, for a plan if the choice left none. */
  lastInput: QualityInput | undefined;
}

/** Repeats recorded decisions in their order, with this version's heuristics. */
export function replay(parts: readonly RecordedPart[]): readonly ReplayedDecision[] {
  return parts.flatMap((part) => {
    const state: State = {
      bandwidth: revive(part.bandwidth) as BandwidthModel | undefined,
      plan: revive(part.plan) as QualityPlan | undefined,
      lastInput: undefined,
    };
    return part.calls.flatMap((recorded) => {
      const { call, at } = recorded;
      const repeated = repeat(recorded, state);
      if (repeated === 'learned') return [];
      const [before, now] = [plain(recorded.output ?? null), plain(repeated?.output ?? null)];
      const isSame = repeated === undefined || JSON.stringify(before) === JSON.stringify(now);
      return [{ call, at, recorded: before, replayed: repeated && now, isSame }];
    });
  });
}

function repeat(
  { call, input, isPlanned }: RecordedCall,
  state: State,
): { readonly output: unknown } | 'learned' | undefined {
  const given = revive(input);
  switch (call) {
    case 'learnBandwidth':
      state.bandwidth = learnBandwidth(state.bandwidth, (given as { sample: ThroughputSample }).sample);
      return 'learned';
    case 'chooseFirst':
    case 'chooseQuality': {
      state.lastInput = {
        ...(given as QualityInput),
        bandwidth: state.bandwidth,
        plan: isPlanned ? state.plan : undefined,
      };
      const choose = call === 'chooseFirst' ? chooseFirst : chooseQuality;
      const { level, reason, plan } = choose(state.lastInput);
      state.plan = plan;
      return { output: { bitrate: level.bitrate, reason } };
    }
    case 'choose':
      state.lastInput = { ...(given as QualityInput), bandwidth: state.bandwidth, plan: undefined };
      state.plan = undefined;
      return undefined;
    case 'considerAbandoning': {
      const { bandwidth, lastInput } = state;
      if (!bandwidth) return undefined;
      if (lastInput) state.plan ??= chooseQuality({ ...lastInput, bandwidth, awaited: undefined }).plan;
      if (!state.plan) return undefined;
      return { output: considerAbandoning({ ...(given as DownloadInput), bandwidth, plan: state.plan }) };
    }
    case 'chooseImprovement':
      return { output: chooseImprovement(given as ImproveInput) };
    case 'watchFrames': {
      const { state: strain, tick, bitrates } = given as FramesInput;
      return { output: watchFrames(strain, tick, bitrates) };
    }
    case 'chooseAudio': {
      const { level, reason } = chooseAudio(given as AudioInput<LevelFacts>);
      return { output: { bitrate: level.bitrate, reason } };
    }
    case 'planRecovery':
      return { output: planRecovery(given as RecoveryInput) };
    case 'remedyForClock':
      return { output: remedyForClock(given as ClockInput) };
    default:
      return undefined;
  }
}
