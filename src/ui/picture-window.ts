/** The window of Document Picture-in-Picture, which TypeScript doesn't know yet. */
interface PipWindows {
  readonly window: Window | null;
  requestWindow(size: { readonly width: number; readonly height: number }): Promise<Window>;
}

/** Absent in browsers without it. */
export const pipWindows = (): PipWindows | undefined => Reflect.get(globalThis, 'documentPictureInPicture');

/** The window that stays in front, if an element is in it. */
export function windowAround({ ownerDocument }: Node): Window | undefined {
  const { window } = pipWindows() ?? {};
  return window?.document === ownerDocument ? window : undefined;
}
