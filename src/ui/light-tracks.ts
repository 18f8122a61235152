/** Gives the host's `<track>` children on to the native element, which can't see them through a slot. */
export function adoptTracks(slot: HTMLSlotElement, video: HTMLVideoElement): void {
  const wanted = slot.assignedElements().filter((child) => child instanceof HTMLTrackElement);
  const present = [...video.querySelectorAll('track')];
  if (
    wanted.length === present.length &&
    wanted.every((track, index) => track.isEqualNode(present[index] ?? null))
  ) {
    return;
  }
  video.replaceChildren(...wanted.map((track) => track.cloneNode()));
}
