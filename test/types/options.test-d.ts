import {
  type CutSource,
  type EstimateInput,
  type LevelFacts,
  type LicenceMessage,
  type LoadOptions,
  type Presentation,
  type Quality,
  type QualityInput,
  type SmoothOptions,
  SmoothPlayer,
  type SmoothSource,
} from 'smooth-player';
import { expectTypeOf, test } from 'vitest';

const player = new SmoothPlayer();

test('the groups of options are these, and each may be left out', () => {
  expectTypeOf<keyof SmoothOptions>().toEqualTypeOf<
    'heuristics' | 'buffer' | 'live' | 'network' | 'text' | 'drm' | 'cmcd' | 'log'
  >();
  expectTypeOf({}).toExtend<SmoothOptions>();
  // @ts-expect-error misspelt
  new SmoothPlayer(undefined, { bufer: {} });
  // @ts-expect-error a number of seconds
  player.configure({ buffer: { ahead: '30' } });
});

test('network hooks see the request, and whether the page trusts its host', () => {
  player.configure({
    network: {
      request(request, { trusted }) {
        expectTypeOf(request).toEqualTypeOf<Request>();
        expectTypeOf(trusted).toBeBoolean();
        return request;
      },
      async response(response) {
        expectTypeOf(response).toEqualTypeOf<Response>();
        return response;
      },
      refused({ url, trusted }) {
        expectTypeOf(url).toBeString();
        return trusted;
      },
    },
  });
  // @ts-expect-error a hook gives a request
  player.configure({ network: { request: () => 'https://host/' } });
});

test('heuristics are functions of plain data', () => {
  player.configure({
    heuristics: {
      estimate(input) {
        expectTypeOf(input).toEqualTypeOf<EstimateInput>();
        return input.estimate;
      },
      choose(input) {
        expectTypeOf(input).toEqualTypeOf<QualityInput>();
        expectTypeOf(input.levels).toEqualTypeOf<readonly [LevelFacts, ...LevelFacts[]]>();
        return { level: input.levels[0], reason: 'lowest' };
      },
    },
  });
  // @ts-expect-error a choice has a reason
  player.configure({ heuristics: { choose: ({ levels }) => ({ level: levels[0] }) } });
});

test('licence hooks take a message and give one', () => {
  player.configure({
    drm: {
      servers: { 'com.widevine.alpha': 'https://licence/' },
      async request(message) {
        expectTypeOf(message).toEqualTypeOf<LicenceMessage>();
        return { ...message, headers: { ...message.headers, 'X-Token': 't' } };
      },
    },
  });
});

test('a title is a URL, a source or clips, and loading it gives its manifest', () => {
  expectTypeOf<SmoothPlayer['load']>().parameter(0).toEqualTypeOf<string | URL | SmoothSource | CutSource>();
  expectTypeOf<LoadOptions['startTime']>().toEqualTypeOf<number | 'live' | Date | undefined>();
  expectTypeOf<SmoothPlayer['load']>().returns.resolves.toEqualTypeOf<Presentation>();
  // @ts-expect-error sources have no such property
  void player.load({ url: 'https://host/t.ism', uri: '' });
});

test('quality is one of the title, or auto', () => {
  expectTypeOf<SmoothPlayer['quality']>().toEqualTypeOf<Quality | 'auto'>();
  expectTypeOf<SmoothPlayer['qualities']>().toEqualTypeOf<readonly Quality[]>();
  player.limitQualities((quality) => {
    expectTypeOf(quality).toEqualTypeOf<Quality>();
    return quality.height <= 720;
  });
});
