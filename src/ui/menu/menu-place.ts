/** CSS pixels between the menu and its button, and between the menu and the window's edge. */
const GAP = 30;
const EDGE = 8;
/** Below this height the menu is placed on the other side, if there is more room. */
const ENOUGH = 260;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a menu belongs: above its button, or below it if there is more room; custom properties of its style. */
export function placeOf(
  button: Box,
  window: { readonly width: number; readonly height: number },
): Readonly<Record<'--_left' | '--_right' | '--_top' | '--_bottom' | '--_room', string>> {
  const isOnRight = button.left + button.right > window.width;
  const above = button.top - GAP - EDGE;
  const below = window.height - button.bottom - GAP - EDGE;
  const isBelow = above < ENOUGH && below > above;
  const px = (length: number) => `${Math.max(EDGE, Math.round(length))}px`;
  return {
    '--_left': isOnRight ? 'auto' : px(button.left - EDGE),
    '--_right': isOnRight ? px(window.width - button.right) : 'auto',
    '--_top': isBelow ? px(button.bottom + GAP) : 'auto',
    '--_bottom': isBelow ? 'auto' : px(window.height - button.top + GAP),
    '--_room': px(isBelow ? below : above),
  };
}
