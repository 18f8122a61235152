import {
  type AnySmoothError,
  type ErrorCode,
  type ErrorDetails,
  isSmoothError,
  SmoothError,
  type SmoothPlayer,
} from 'smooth-player';
import { expectTypeOf, test } from 'vitest';

declare const error: AnySmoothError;
declare const caught: unknown;

test('every code narrows an error to its details', () => {
  type Narrowed = { [Code in ErrorCode]: Extract<AnySmoothError, { readonly code: Code }>['details'] };
  expectTypeOf<Narrowed>().toEqualTypeOf<{ [Code in ErrorCode]: ErrorDetails[Code] }>();
});

test('a comparison of the code does', () => {
  if (error.code === 'network-status')
    expectTypeOf(error.details).toEqualTypeOf<{
      readonly url: string;
      readonly status: number;
      readonly retryAfterMs?: number;
    }>();
  if (error.code === 'network-timeout')
    expectTypeOf(error.details.phase).toEqualTypeOf<'firstByte' | 'progress' | 'whole' | 'buffer'>();
  // @ts-expect-error not every code has a status
  void error.details.status;
  // @ts-expect-error no such code
  void (error.code === 'network-gone');
});

test('a switch does, and is exhaustive where it has every code', () => {
  switch (error.code) {
    case 'media-gap':
      expectTypeOf(error.details).toEqualTypeOf<{ readonly from: number; readonly to: number }>();
      break;
    case 'option-invalid':
      expectTypeOf(error.details.problem).toBeString();
      break;
    default:
      expectTypeOf(error.code).toEqualTypeOf<Exclude<ErrorCode, 'media-gap' | 'option-invalid'>>();
  }
});

test('isSmoothError narrows what was caught', () => {
  if (isSmoothError(caught)) expectTypeOf(caught.code).toEqualTypeOf<ErrorCode>();
  if (isSmoothError(caught, 'network-status')) {
    expectTypeOf(caught).toEqualTypeOf<SmoothError<'network-status'>>();
    expectTypeOf(caught.details.status).toBeNumber();
  }
});

test('the player and its error have words, category and cause', () => {
  expectTypeOf<SmoothPlayer['error']>().toEqualTypeOf<AnySmoothError | undefined>();
  expectTypeOf(error.userMessage).toBeString();
  expectTypeOf(error.category).toEqualTypeOf<
    'network' | 'manifest' | 'media' | 'drm' | 'support' | 'config'
  >();
  expectTypeOf(error).toExtend<Error>();
});

test('only the details of its code make an error', () => {
  expectTypeOf(new SmoothError('media-gap', { from: 1, to: 2 })).toEqualTypeOf<SmoothError<'media-gap'>>();
  // @ts-expect-error those of another code
  new SmoothError('media-gap', { status: 404 });
});
