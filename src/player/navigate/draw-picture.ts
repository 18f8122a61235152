import type { PictureSize } from './picture-source.ts';

/** The size to show a picture at. */
export interface Shape {
  readonly width: number;
  readonly height: number;
}

/** Draws a decoded picture at the given size, and closes it. */
export function bitmapOf(
  frame: VideoFrame,
  shape: Shape | undefined,
  { width, height }: PictureSize,
): ImageBitmap {
  try {
    const { displayWidth, displayHeight } = frame;
    const ratio = shape ? shape.height / shape.width : displayHeight / displayWidth;
    const canvas = new OffscreenCanvas(width, Math.max(1, Math.round(height ?? width * ratio)));
    canvas.getContext('2d')?.drawImage(frame, 0, 0, canvas.width, canvas.height);
    return canvas.transferToImageBitmap();
  } finally {
    frame.close();
  }
}
