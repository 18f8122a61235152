import { asFatal, isAbort, isSmoothError } from '../base/errors.ts';
import { WarningEvent } from '../player/events.ts';
import type { Previews } from '../player/navigate/previews.ts';
import type { SmoothPlayer } from '../player/player.ts';

/** Passes the host's `<track>` children on to the native element, which can't see them through a slot. */
export function adoptTracks(
  slot: HTMLSlotElement,
  video: HTMLVideoElement,
  isOurs: (child: Element) => child is HTMLTrackElement,
): void {
  const wanted = slot.assignedElements().filter(isOurs);
  // The player's own tracks have no source.
  const present = [...video.querySelectorAll<HTMLTrackElement>('track[src]')];
  if (
    wanted.length === present.length &&
    wanted.every((track, index) => track.isEqualNode(present[index] ?? null))
  ) {
    return;
  }
  for (const track of present) track.remove();
  video.append(...wanted.map((track) => track.cloneNode()));
}

/** Whether a track has text to display, rather than chapters or metadata. */
export const isTextTrack = ({ kind }: HTMLTrackElement): boolean =>
  kind === 'subtitles' || kind === 'captions' || kind === 'descriptions';

/** Whether browsers can read it natively: WebVTT, according to its URL and type. */
export const isPlainTrack = (track: HTMLTrackElement): boolean =>
  !/\.(?:ttml|xml|dfxp|srt)(?:[?#]|$)/i.test(track.src) &&
  !/ttml|xml|srt|subrip/i.test(track.getAttribute('type') ?? '');

/** Adds a `<track>` child to the loaded title, and shows it if it is the default. Failures are reported by `warning`. */
export async function addTrack(
  player: SmoothPlayer,
  { src, kind, srclang, label, default: isDefault }: HTMLTrackElement,
): Promise<void> {
  try {
    const track = await player.addTextTrack({
      url: src,
      kind: kind === 'captions' || kind === 'descriptions' ? kind : 'subtitles',
      language: srclang,
      label,
    });
    if (isDefault && !player.textTrack) player.textTrack = track;
  } catch (error) {
    warn(player, error);
  }
}

/** The storyboard that the page provides: `<track kind="metadata" label="thumbnails">`. */
export const storyboardOf = (host: Element): string | undefined =>
  host.querySelector<HTMLTrackElement>(':scope > track[kind="metadata"][label="thumbnails" i][src]')?.src;

/** The previews of a player's title, from the page's storyboard if there is one. Its failure is reported by `warning`. */
export async function openPreviews(player: SmoothPlayer, storyboard: string | undefined): Promise<Previews> {
  if (storyboard) await player.addStoryboard(storyboard).catch((error: unknown) => warn(player, error));
  return player.openPreviews();
}

function warn(player: SmoothPlayer, error: unknown): void {
  if (!isAbort(error)) player.dispatchEvent(new WarningEvent(isSmoothError(error) ? error : asFatal(error)));
}
