import type { SmoothPlayer } from '../player/player.ts';

/** Saves a file with the player's diagnostics. */
export async function saveDiagnostics(player: SmoothPlayer): Promise<void> {
  const diagnostics = await player.getDiagnostics();
  const url = URL.createObjectURL(new Blob([JSON.stringify(diagnostics)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `smooth-player-${diagnostics.takenAt.replace(/\W/g, '-')}.json`;
  link.click();
  // The download has begun by then; nothing else refers to the URL.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
