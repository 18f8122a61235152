import { considerAbandoning, type DownloadInput } from '../heuristics/abandon.ts';
import { type AudioInput, chooseAudio } from '../heuristics/choose-audio.ts';
import {
  chooseQuality,
  type LevelFacts,
  type QualityInput,
  type QualityPlan,
} from '../heuristics/choose-quality.ts';
import { chooseImprovement, type ImproveInput } from '../heuristics/improve.ts';
import { type LineModel, type LineSample, learnLine } from '../heuristics/line-model.ts';
import { type FrameTick, type MachineState, watchFrames } from '../heuristics/machine.ts';
import type { RecordedCall, RecordedPart } from '../heuristics/recorded-call.ts';
import { type ClockInput, remedyForClock } from '../heuristics/stall.ts';
import { type Json, plain, revive } from './plain.ts';

/** One decision made again. */
export interface ReplayedDecision {
  readonly call: string;
  /** In seconds, on the recording's clock. */
  readonly at: number;
  readonly recorded: Json;
  /** `undefined` where it can't be made again: by a page's own rule, or by what this version doesn't know. */
  readonly replayed: Json | undefined;
  readonly isSame: boolean;
}

interface FramesInput {
  readonly state: MachineState;
  readonly tick: FrameTick;
  readonly bitrates: readonly number[];
}

/** What calls leave for the next. */
interface State {
  line: LineModel | undefined;
  plan: QualityPlan | undefined;
  /** The last choice's input, for a plan that no choice has left. */
  asked: QualityInput | undefined;
}

/** Makes recorded decisions again, in their order, with the heuristics as they are here. */
export function replay(parts: readonly RecordedPart[]): readonly ReplayedDecision[] {
  return parts.flatMap((part) => {
    const state: State = {
      line: revive(part.line) as LineModel | undefined,
      plan: revive(part.plan) as QualityPlan | undefined,
      asked: undefined,
    };
    return part.calls.flatMap((recorded) => {
      const { call, at } = recorded;
      const again = makeAgain(recorded, state);
      if (again === 'learnt') return [];
      const [before, now] = [plain(recorded.output ?? null), plain(again?.output ?? null)];
      const isSame = again === undefined || JSON.stringify(before) === JSON.stringify(now);
      return [{ call, at, recorded: before, replayed: again && now, isSame }];
    });
  });
}

function makeAgain(
  { call, input, isPlanned }: RecordedCall,
  state: State,
): { readonly output: unknown } | 'learnt' | undefined {
  const given = revive(input);
  switch (call) {
    case 'learnLine':
      state.line = learnLine(state.line, (given as { sample: LineSample }).sample);
      return 'learnt';
    case 'chooseQuality': {
      state.asked = {
        ...(given as QualityInput),
        line: state.line,
        plan: isPlanned ? state.plan : undefined,
      };
      const { level, reason, plan } = chooseQuality(state.asked);
      state.plan = plan;
      return { output: { bitrate: level.bitrate, reason } };
    }
    case 'choose':
      state.asked = { ...(given as QualityInput), line: state.line, plan: undefined };
      state.plan = undefined;
      return undefined;
    case 'considerAbandoning': {
      const { line, asked } = state;
      if (!line) return undefined;
      if (asked) state.plan ??= chooseQuality({ ...asked, line }).plan;
      if (!state.plan) return undefined;
      return { output: considerAbandoning({ ...(given as DownloadInput), line, plan: state.plan }) };
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
    case 'remedyForClock':
      return { output: remedyForClock(given as ClockInput) };
    default:
      return undefined;
  }
}
