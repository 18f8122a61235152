/** CSS pixels between the menu and its button, and between the menu and the edges of the player and of the window. */
const GAP = 30;
const EDGE = 8;
/** The widest menu; as in the styles. */
const WIDEST = 360;
/** Below this height the menu is placed on the other side, if there is more room. */
const ENOUGH = 260;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Where a menu belongs: within the width of its player, above its button, or below it if there is more room; custom
 * properties of its style.
 */
export function placeOf(
  button: Box,
  player: Pick<Box, 'left' | 'right'>,
  window: { readonly width: number; readonly height: number },
): Readonly<Record<'--_left' | '--_right' | '--_top' | '--_bottom' | '--_room' | '--_width', string>> {
  // What can be seen of the player.
  const left = Math.max(0, player.left);
  const right = Math.min(window.width, player.right);
  const isOnRight = button.left + button.right > left + right;
  const above = button.top - GAP - EDGE;
  const below = window.height - button.bottom - GAP - EDGE;
  const isBelow = above < ENOUGH && below > above;
  const px = (length: number) => `${Math.max(EDGE, Math.round(length))}px`;
  return {
    '--_left': isOnRight
      ? 'auto'
      : px(Math.max(left + EDGE, Math.min(button.left - EDGE, right - EDGE - WIDEST))),
    '--_right': isOnRight
      ? px(window.width - Math.min(right - EDGE, Math.max(button.right, left + EDGE + WIDEST)))
      : 'auto',
    '--_top': isBelow ? px(button.bottom + GAP) : 'auto',
    '--_bottom': isBelow ? 'auto' : px(window.height - button.top + GAP),
    '--_room': px(isBelow ? below : above),
    '--_width': px(right - left - 2 * EDGE),
  };
}
