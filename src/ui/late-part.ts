import type { PlayerBase } from './player-base.ts';
import type { Strings } from './strings.ts';

/** A part of a player that is loaded when it is first needed. */
export interface LatePart {
  /** What it shows in the player. */
  render?(strings: Strings): unknown;
  /** Its button in the bar. */
  renderButton?(strings: Strings): unknown;
}

/** The player, as its late parts know it. */
export interface LateHost extends PlayerBase {
  /** The status for screen readers. */
  announced: string;
}
