import type { ControlRequest } from './requests.ts';
import type { SmoothVideoElement } from './smooth-video.ts';
import type { ViewerChoices } from './viewer-memory.ts';

/** What a viewer has chosen with a request that was performed; `undefined`: nothing that is remembered. */
export function choiceOf(
  { type }: ControlRequest,
  { volume, muted, playbackRate, player }: SmoothVideoElement,
): ViewerChoices | undefined {
  switch (type) {
    case 'volume':
    case 'volume-by':
    case 'toggle-mute':
      // A muted player comes back at the volume before.
      return volume > 0 ? { volume, muted } : { muted };
    case 'rate':
    case 'rate-step':
      return { rate: playbackRate };
    case 'audio':
      return player.audioTrack?.language ? { audio: player.audioTrack.language } : undefined;
    case 'text':
    case 'toggle-captions':
      return player.textTrack ? textChoice(player.textTrack.language) : { text: 'off' };
    default:
      return undefined;
  }
}

const textChoice = (language: string | undefined): ViewerChoices | undefined =>
  language ? { text: language } : undefined;
