/** A control that is in the bar if there is room, and otherwise in the settings menu. */
export type OptionalControl = 'captions' | 'skip' | 'pip' | 'chapters' | 'trick';

/**
 * The most important first. `from`: the least width of the player, in CSS pixels, at which a control isn't in the way
 * of others.
 */
const OPTIONAL: readonly {
  readonly name: OptionalControl;
  readonly buttons: number;
  readonly from: number;
}[] = [
  { name: 'captions', buttons: 1, from: 0 },
  { name: 'skip', buttons: 2, from: 380 },
  { name: 'pip', buttons: 1, from: 480 },
  { name: 'chapters', buttons: 1, from: 560 },
  { name: 'trick', buttons: 2, from: 960 },
];

/** Play, mute, settings, full screen. */
const ALWAYS = 4;

/** The room in a bar, in CSS pixels. */
export interface BarRoom {
  readonly width: number;
  /** Width of a button. */
  readonly button: number;
  /** Width of everything else that stays: the time, the live badge, what the page put there. */
  readonly fixed: number;
}

/** The controls that fit. One that doesn't leaves no room to less important ones, so that a wider bar never has fewer. */
export function fittingControls(
  { width, button, fixed }: BarRoom,
  available: ReadonlySet<OptionalControl>,
): ReadonlySet<OptionalControl> {
  const fits = new Set<OptionalControl>();
  let left = width - fixed - ALWAYS * button;
  for (const { name, buttons, from } of OPTIONAL) {
    if (!available.has(name)) continue;
    left -= buttons * button;
    if (left < 0) break;
    if (width >= from) fits.add(name);
  }
  return fits;
}
