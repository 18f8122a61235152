import { afterEach, describe, expect, test, vi } from 'vitest';
import { seconds } from '../../../../src/base/time.ts';
import type { QualityLevel } from '../../../../src/manifest/presentation.ts';
import { DrmController, type DrmControllerPorts } from '../../../../src/player/drm/drm-controller.ts';
import type { FragmentRequest } from '../../../../src/player/fragment/fragment-request.ts';
import { settingsOf } from '../../../../src/player/options.ts';
import { FakeCdm } from '../../../support/fake-cdm.ts';

const WIDEVINE = 'com.widevine.alpha';
const ONE = '00112233445566778899aabbccddeeff';
const TWO = 'ffeeddccbbaa99887766554433221100';
const hex = (digit: number) => digit.toString(16).padStart(32, '0');

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A title with two levels, in chunks of two seconds, whose keys only its fragments tell. */
function open(licenceOf = (keyId: string): Record<string, string> => ({ [keyId]: 'usable' })) {
  const cdm = new FakeCdm({ systems: { [WIDEVINE]: ['SW_SECURE_CRYPTO'] } });
  const asked: string[] = [];
  const failures: unknown[] = [];
  let wanted = '';
  let position = 0;
  let buffered: [number, number][] = [];
  const level = { codec: 'avc1.64001F' } as QualityLevel;
  const low = { ...level, bitrate: 1 };
  const high = { ...level, bitrate: 2 };
  const streams = { video: [{ levels: [low, high] }], audio: [], warnings: [] };
  const fetching = async () => {
    asked.push(wanted);
    return new Response(JSON.stringify(licenceOf(wanted)));
  };
  const settings = settingsOf({ network: { fetch: fetching } });
  const ports: DrmControllerPorts = {
    settings: () => settings,
    changed: () => {},
    warn: () => {},
    fail: (error) => failures.push(error),
    position: () => position,
    levels: () => [[low, high]],
    feedOf: () => ({
      buffered: buffered.map(([start, end]) => ({ start: seconds(start), end: seconds(end) })),
      replaceAhead: () => {},
    }),
  };
  type Arguments = ConstructorParameters<typeof DrmController>;
  const title = { presentation: { protection: [] } } as unknown as Arguments[0];
  const options = { servers: { [WIDEVINE]: 'https://wv.example/licence' } };
  const { signal } = new AbortController();
  const controller = new DrmController(title, streams as unknown as Arguments[1], options, ports, signal);
  const media: HTMLMediaElement = Object.assign(new EventTarget(), cdm.media);
  Object.defineProperty(media, 'buffered', {
    get: () => ({
      length: buffered.length,
      start: (index: number) => buffered[index]?.[0],
      end: (index: number) => buffered[index]?.[1],
    }),
  });
  controller.attach(media);

  const settled = () => new Promise((resolve) => setTimeout(resolve));
  const stream = { timescale: 1 };
  /** Fetches chunks up to `to`, each just before it is played. */
  const play = async (level: QualityLevel, keyId: string, to: number) => {
    for (; position < to; position += 2) {
      wanted = keyId;
      const request = { level, stream, chunk: { duration: 2 } } as unknown as FragmentRequest;
      await controller.unlock([keyId], request, position);
      await vi.waitUntil(() => asked.includes(keyId), { interval: 1 });
      await settled();
      buffered = [[Math.max(0, position - 20), position + 2]];
    }
  };
  const moveTo = async (to: number, ranges = buffered) => {
    position = to;
    buffered = ranges;
    media.dispatchEvent(new Event('timeupdate'));
    await settled();
  };
  return { cdm, controller, asked, failures, low, high, play, moveTo };
}

describe('the key of a level', () => {
  test('is still there when the level is chosen again', async () => {
    const { asked, low, high, play } = open();
    await play(high, TWO, 20);
    await play(low, ONE, 120);
    await play(high, TWO, 140);
    await play(low, ONE, 240);
    expect(asked).toEqual([TWO, ONE]);
  });

  test('is given up when the level has another', async () => {
    const { cdm, asked, low, high, play } = open();
    await play(high, TWO, 20);
    for (let i = 1; i <= 4; i++) await play(low, hex(i), 100 * i);
    const isClosed = () => cdm.sessions.map((session) => session.isClosed);
    expect(isClosed()).toEqual([false, true, true, true, false]);
    await play(high, hex(4), 420);
    expect(isClosed()).toEqual([true, true, true, true, false]);
    expect(asked).toHaveLength(5);
  });
});

describe('where nothing can follow, playback ends at the end of the buffer', () => {
  test.each<{ name: string; ranges: [number, number][]; from: number }>([
    { name: 'that begins after the playhead', ranges: [[0.05, 8]], from: 0 },
    {
      name: 'with a seam at the playhead',
      ranges: [
        [0, 4],
        [4.05, 8],
      ],
      from: 4,
    },
    {
      name: 'with a seam ahead',
      ranges: [
        [0, 4],
        [4.05, 8],
      ],
      from: 2,
    },
  ])('$name', async ({ ranges, from }) => {
    const { controller, failures, moveTo } = open();
    await moveTo(from, ranges);
    void controller.failAtEnd('refused');
    await moveTo(6);
    expect(failures).toEqual([]);
    await moveTo(8);
    expect(failures).toEqual(['refused']);
  });

  test('not beyond a hole', async () => {
    const { controller, failures, moveTo } = open();
    await moveTo(2, [
      [0, 4],
      [5, 8],
    ]);
    void controller.failAtEnd('refused');
    await moveTo(4);
    expect(failures).toEqual(['refused']);
  });
});

test('playback waits for a key only where its media is', async () => {
  const { controller, low, play, moveTo } = open((keyId) => (keyId === TWO ? {} : { [keyId]: 'usable' }));
  await play(low, ONE, 20);
  await play(low, TWO, 40);
  await play(low, hex(1), 60);
  const waits = [];
  for (const position of [10, 19, 30, 50]) {
    await moveTo(position);
    waits.push(controller.isWaiting);
  }
  expect(waits).toEqual([false, true, true, false]);
});
