import { encodeCmcd, validateCmcdRequest } from '@svta/cml-cmcd';
import { describe, expect, test } from 'vitest';
import {
  isWaiting,
  type MediaFacts,
  playState,
  type RequestFacts,
  requestValues,
} from '../../../../src/player/cmcd/values.ts';

const MEDIA: MediaFacts = { paused: false, seeking: false, ended: false, readyState: 4 };
const FACTS: RequestFacts = {
  sessionId: '6e2fb550-c457-11e9-bb97-0800200c9a66',
  contentId: 'film-7',
  isLive: false,
  rate: 1,
  throughput: 25_437_000,
  type: 'v',
  bitrate: 3_200_400,
  topBitrate: 6_000_000,
  duration: 4.0044,
  bufferAhead: 21.27,
  isStarved: false,
  isUrgent: false,
};
const encode = (facts: Partial<RequestFacts>) =>
  encodeCmcd(requestValues({ ...FACTS, ...facts }), { version: 1 });

describe('as CTA-5004 has them in version 1', () => {
  test('bitrates are whole kbit/s, throughputs hundreds of them, times ms, and buffers hundreds of ms', () => {
    expect(encode({})).toBe(
      'bl=21300,br=3200,cid="film-7",d=4004,dl=21300,mtp=25400,ot=v,rtp=16100,sf=s,' +
        'sid="6e2fb550-c457-11e9-bb97-0800200c9a66",st=v,tb=6000',
    );
  });

  test('the deadline comes sooner at twice the speed, which is told; standing still there is none', () => {
    expect(encode({ rate: 2 })).toMatch(/,dl=10600,.*,pr=2,/);
    const paused = encode({ rate: 0 });
    expect(paused).toMatch(/,pr=0,/);
    expect(paused).not.toContain('dl=');
    expect(encode({ rate: 1.04999 })).toMatch(/,pr=1.05,/);
  });

  test('flags are keys alone, and there only when they hold', () => {
    expect(encode({})).not.toMatch(/\b(?:bs|su)\b/);
    expect(encode({ isStarved: true, isUrgent: true })).toMatch(/,bs,.*,su,/);
  });

  test('what is urgent is wanted as fast as it comes', () => {
    expect(encode({ isUrgent: true })).not.toContain('rtp=');
  });

  test('live titles say so; before the manifest is there, none says anything', () => {
    expect(encode({ isLive: true })).toContain('st=l');
    expect(encode({ isLive: undefined })).not.toMatch(/\bst=/);
  });

  test('what is not known is not told', () => {
    const least = { ...{ throughput: undefined, bitrate: undefined, topBitrate: undefined } };
    const none = { duration: undefined, bufferAhead: undefined, contentId: undefined };
    expect(encode({ ...least, ...none, type: 'm' })).toBe(`ot=m,sf=s,sid="${FACTS.sessionId}",st=v`);
  });

  test('the next request is a path relative to this one, escaped', () => {
    const url = 'https://h/t.ism/QualityLevels(3200400)/Fragments(video=0)';
    const next = 'https://h/t.ism/QualityLevels(3200400)/Fragments(video=40000000)';
    const told = encodeCmcd(requestValues({ ...FACTS, next }), { version: 1, baseUrl: url });
    const nor = /nor="([^"]*)"/.exec(told)?.[1] ?? '';
    expect(nor).toBe('Fragments(video%3D40000000)');
    expect(new URL(decodeURIComponent(nor), url).href).toBe(next);
  });
});

describe.each([1, 2] as const)('version %d', (version) => {
  test.each<Partial<RequestFacts>>([
    {},
    { rate: 0, isStarved: true, isUrgent: true, bufferAhead: 0 },
    { type: 'a', isLive: true, next: 'Fragments(audio=1)' },
    { type: 'tt', bufferAhead: undefined, topBitrate: undefined },
    { type: 'm', bitrate: undefined, topBitrate: undefined, duration: undefined, bufferAhead: undefined },
  ])('%j is valid by the rules of the specification', (facts) => {
    const data = encodeCmcd(requestValues({ ...FACTS, ...facts }), { version });
    const url = `https://h/x?CMCD=${encodeURIComponent(data)}`;
    const { valid, issues } = validateCmcdRequest(new Request(url), { version });
    expect({ valid, issues }).toEqual({ valid: true, issues: [] });
  });
});

describe('the state of playback', () => {
  test.each<[name: string, media: MediaFacts | undefined, hasPlayed: boolean, state: string]>([
    ['without an element', undefined, false, 'd'],
    ['paused before it played', { ...MEDIA, paused: true }, false, 'd'],
    ['told to play', { ...MEDIA, readyState: 0 }, false, 's'],
    ['playing', MEDIA, true, 'p'],
    ['without data', { ...MEDIA, readyState: 2 }, true, 'r'],
    ['seeking', { ...MEDIA, seeking: true, readyState: 1 }, true, 'k'],
    ['seeking while paused', { ...MEDIA, seeking: true, paused: true }, true, 'k'],
    ['paused', { ...MEDIA, paused: true }, true, 'a'],
    ['at the end', { ...MEDIA, paused: true, ended: true, readyState: 2 }, true, 'e'],
  ])('%s', (_, media, hasPlayed, state) => {
    expect(playState(media, hasPlayed, false)).toBe(state);
    expect(playState(media, hasPlayed, true)).toBe('f');
  });

  test.each<[media: MediaFacts | undefined, waits: boolean]>([
    [undefined, true],
    [MEDIA, false],
    [{ ...MEDIA, seeking: true }, true],
    [{ ...MEDIA, readyState: 2 }, true],
    [{ ...MEDIA, readyState: 2, ended: true }, false],
  ])('%j: waits for media: %s', (media, waits) => {
    expect(isWaiting(media)).toBe(waits);
  });
});
