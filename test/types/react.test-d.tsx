/** @jsxImportSource react */

import type { JSX } from 'react';
import type { QualityChangeEvent, SmoothOptions, WarningEvent } from 'smooth-player';
import type { SmoothPlayerElement, SmoothVideoElement } from 'smooth-player/element';
import type {} from 'smooth-player/react';
import { expectTypeOf, test } from 'vitest';

type Player = JSX.IntrinsicElements['smooth-player'];
type Video = JSX.IntrinsicElements['smooth-video'];

test('attributes have the types of their values', () => {
  expectTypeOf<Player['max-height']>().toEqualTypeOf<number | string | undefined>();
  expectTypeOf<Player['theme']>().toEqualTypeOf<'auto' | 'light' | 'dark' | 'minimal' | undefined>();
  expectTypeOf<Video['options']>().toEqualTypeOf<SmoothOptions | undefined>();
  expectTypeOf<Video>().not.toHaveProperty('theme');
  expectTypeOf<Player>().toHaveProperty('id');
  void (<smooth-player src="t.ism/Manifest" controls captions class="film" media-title="Film" />);
  // @ts-expect-error no such theme
  void (<smooth-player theme="pink" />);
  // @ts-expect-error controls alone have a theme
  void (<smooth-video theme="dark" />);
});

test('listeners take the events of the elements', () => {
  expectTypeOf<Player['onqualitychange']>().toEqualTypeOf<
    ((event: QualityChangeEvent) => void) | undefined
  >();
  expectTypeOf<Video['onwarning']>().toEqualTypeOf<((event: WarningEvent) => void) | undefined>();
  void (
    <smooth-player onqualitychange={(event) => expectTypeOf(event).toEqualTypeOf<QualityChangeEvent>()} />
  );
  // @ts-expect-error an event of another type
  void (<smooth-player onqualitychange={(_: WarningEvent) => {}} />);
});

test('references are to the elements', () => {
  const toPlayer = (element: SmoothPlayerElement | null) => void element;
  const toImage = (image: HTMLImageElement | null) => void image;
  const toVideo = (element: SmoothVideoElement | null) => void element;
  void (<smooth-player ref={toPlayer} />);
  void (<smooth-video ref={toVideo} />);
  // @ts-expect-error to an element of another kind
  void (<smooth-video ref={toImage} />);
});
