import { html, nothing } from 'lit';
import { remoteIcon } from './late-icons.ts';
import type { LateHost, LatePart } from './late-part.ts';

/** Safari's AirPlay, which doesn't need the Remote Playback API. */
interface WebkitVideo extends HTMLVideoElement {
  readonly webkitCurrentPlaybackTargetIsWireless?: boolean;
  webkitShowPlaybackTargetPicker?(): void;
}

/** The button for playback on another device. It is shown while there is one that can play the title. */
export function open(host: LateHost): LatePart {
  const video: WebkitVideo = host.video;
  let isAvailable = false;
  const show = (available: boolean) => {
    isAvailable = available;
    host.requestUpdate();
  };
  video.addEventListener('webkitplaybacktargetavailabilitychanged', (event) =>
    show(Reflect.get(event, 'availability') === 'available'),
  );
  const hasPicker = typeof video.webkitShowPlaybackTargetPicker === 'function';
  // A browser that can't watch for devices has no button: pressing it might be in vain.
  if (!hasPicker) video.remote?.watchAvailability(show).catch(() => {});
  for (const type of ['connecting', 'connect', 'disconnect'])
    video.remote?.addEventListener(type, () => host.requestUpdate());
  const choose = () => {
    if (hasPicker) video.webkitShowPlaybackTargetPicker?.();
    else video.remote.prompt().catch(() => {}); // the viewer has chosen none
  };
  const isConnected = () =>
    video.webkitCurrentPlaybackTargetIsWireless ?? video.remote?.state !== 'disconnected';
  return {
    renderButton: ({ remote }) =>
      isAvailable && isAllowed(host)
        ? html`<smooth-control-button class="remote" part="remote" exportparts="button: remote-button" .label=${remote}
            .icon=${remoteIcon} .pressed=${isConnected()} @click=${choose}></smooth-control-button>`
        : nothing,
  };
}

const isAllowed = (host: LateHost) =>
  !host.disableRemotePlayback && !host.matches('[controlslist~="noremoteplayback" i]');
