import type {
  FatalErrorEvent,
  FragmentLoadEvent,
  KeyStatusChangeEvent,
  LiveChangeEvent,
  LoadedEvent,
  QualityChangeEvent,
  QualityLoadingEvent,
  RecoverEvent,
  SmoothPlayerEventMap,
  StallEvent,
  TimedEvent,
  TrackChangeEvent,
  TracksChangeEvent,
  UpdateEvent,
  WarningEvent,
} from 'smooth-player';
import {
  type AnySmoothError,
  type CueChangeEvent,
  type EndedEvent,
  type EventAddEvent,
  SmoothPlayer,
} from 'smooth-player';
import type { SmoothPlayerElement, SmoothVideoElement } from 'smooth-player/element';
import { describe, expectTypeOf, test } from 'vitest';

/** What the player and the elements fire alike. */
interface Shared {
  loaded: LoadedEvent;
  qualitychange: QualityChangeEvent;
  qualityloading: QualityLoadingEvent;
  trackschange: TracksChangeEvent;
  trackchange: TrackChangeEvent;
  fragmentload: FragmentLoadEvent;
  stall: StallEvent;
  recover: RecoverEvent;
  keystatuschange: KeyStatusChangeEvent;
  update: UpdateEvent;
  livechange: LiveChangeEvent;
  ratechange: Event;
  timeupdate: Event;
  cuechange: CueChangeEvent;
  event: TimedEvent;
  eventadd: EventAddEvent;
  warning: WarningEvent;
}

describe('SmoothPlayer', () => {
  const player = new SmoothPlayer();

  test('has a type for each of its events', () => {
    interface Expected extends Shared {
      ended: EndedEvent;
      error: FatalErrorEvent;
    }
    expectTypeOf<SmoothPlayerEventMap>().toEqualTypeOf<Expected>();
  });

  test('passes listeners the event of the type', () => {
    player.addEventListener('qualitychange', (event) => {
      expectTypeOf(event).toEqualTypeOf<QualityChangeEvent>();
      expectTypeOf(event.to.label).toBeString();
    });
    player.addEventListener('error', ({ error }) => expectTypeOf(error).toEqualTypeOf<AnySmoothError>());
    player.addEventListener('ended', (event) => expectTypeOf(event).toEqualTypeOf<EndedEvent>());
    player.addEventListener('of-the-page', (event) => expectTypeOf(event).toEqualTypeOf<Event>());
  });
});

describe('the elements', () => {
  const element = document.createElement('smooth-video');

  test('pass listeners what the player fires', () => {
    element.addEventListener('loaded', (event) => expectTypeOf(event).toEqualTypeOf<LoadedEvent>());
    element.addEventListener('qualitychange', (event) =>
      expectTypeOf(event).toEqualTypeOf<QualityChangeEvent>(),
    );
    element.addEventListener('qualityloading', (event) =>
      expectTypeOf(event).toEqualTypeOf<QualityLoadingEvent>(),
    );
    element.addEventListener('trackschange', (event) =>
      expectTypeOf(event).toEqualTypeOf<TracksChangeEvent>(),
    );
    element.addEventListener('trackchange', (event) => expectTypeOf(event).toEqualTypeOf<TrackChangeEvent>());
    element.addEventListener('fragmentload', (event) =>
      expectTypeOf(event).toEqualTypeOf<FragmentLoadEvent>(),
    );
    element.addEventListener('stall', (event) => expectTypeOf(event).toEqualTypeOf<StallEvent>());
    element.addEventListener('recover', (event) => expectTypeOf(event).toEqualTypeOf<RecoverEvent>());
    element.addEventListener('keystatuschange', (event) =>
      expectTypeOf(event).toEqualTypeOf<KeyStatusChangeEvent>(),
    );
    element.addEventListener('update', (event) => expectTypeOf(event).toEqualTypeOf<UpdateEvent>());
    element.addEventListener('livechange', (event) => expectTypeOf(event).toEqualTypeOf<LiveChangeEvent>());
    element.addEventListener('cuechange', (event) => expectTypeOf(event).toEqualTypeOf<CueChangeEvent>());
    element.addEventListener('event', (event) => expectTypeOf(event).toEqualTypeOf<TimedEvent>());
    element.addEventListener('eventadd', (event) => expectTypeOf(event).toEqualTypeOf<EventAddEvent>());
    element.addEventListener('warning', (event) => expectTypeOf(event).toEqualTypeOf<WarningEvent>());
  });

  test('have the error of a failure where the player has one', () => {
    element.addEventListener('error', ({ error }) =>
      expectTypeOf(error).toEqualTypeOf<AnySmoothError | undefined>(),
    );
  });

  test('keep the events of a <video> and those of the page', () => {
    element.addEventListener('ended', (event) => expectTypeOf(event).toEqualTypeOf<Event>());
    element.addEventListener('encrypted', (event) =>
      expectTypeOf(event).toEqualTypeOf<MediaEncryptedEvent>(),
    );
    element.addEventListener('pointerdown', (event) => expectTypeOf(event).toEqualTypeOf<PointerEvent>());
    element.addEventListener('of-the-page', (event) => expectTypeOf(event).toEqualTypeOf<Event>());
  });

  test('take listeners alike', () => {
    type Listening = 'addEventListener' | 'removeEventListener';
    expectTypeOf<Pick<SmoothPlayerElement, Listening>>().toEqualTypeOf<Pick<SmoothVideoElement, Listening>>();
    document.createElement('smooth-player').addEventListener('qualitychange', ({ reason }) => {
      expectTypeOf(reason).toBeString();
    });
  });

  test('are found by their names', () => {
    expectTypeOf(document.querySelector('smooth-player')).toEqualTypeOf<SmoothPlayerElement | null>();
    expectTypeOf(element).toEqualTypeOf<SmoothVideoElement>();
    expectTypeOf(element.player).toEqualTypeOf<SmoothPlayer>();
  });
});
