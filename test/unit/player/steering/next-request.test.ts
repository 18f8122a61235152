import { describe, expect, test } from 'vitest';
import { nextRequest, steeringUrl } from '../../../../src/player/steering/next-request.ts';

const ASKED = 'https://s.example/steer/title.json';
const documentOf = (reload?: string) => ({ ttl: 60, reload, priority: [], clones: [] });

describe('what is asked next', () => {
  test('the same, when the manifest is out of date', () => {
    const answer = { kind: 'document', document: documentOf(), url: 'https://elsewhere.example/' } as const;
    expect(nextRequest(answer, ASKED)).toEqual({ url: ASKED, after: 60 });
  });

  test.each<[reload: string, from: string, url: string]>([
    ['next.json?s=1', ASKED, 'https://s.example/steer/next.json?s=1'],
    ['/next', 'https://t.example/a/b?_DASH_pathway=x', 'https://t.example/next'],
    ['https://u.example/', ASKED, 'https://u.example/'],
    ['http://s.example/', 'http://s.example/x', 'http://s.example/'],
    ['http://s.example/', ASKED, ASKED],
    ['https://user:word@s.example/', ASKED, ASKED],
    ['javascript:alert(1)', ASKED, ASKED],
    ['https://', ASKED, ASKED],
  ])('%s, told by %s, is %s', (reload, url, expected) => {
    expect(nextRequest({ kind: 'document', document: documentOf(reload), url }, ASKED)?.url).toBe(expected);
  });

  test('nothing, where there is no steering any more', () => {
    expect(nextRequest({ kind: 'gone' }, ASKED, 5)).toBeUndefined();
  });

  test('after a failure the same, when it would have been asked anyway, or as late as the server says', () => {
    const failed = (retryAfter?: number) => ({ kind: 'failed', retryAfter }) as const;
    expect(nextRequest(failed(), ASKED, 60)).toEqual({ url: ASKED, after: 60 });
    expect(nextRequest(failed(), ASKED)).toEqual({ url: ASKED, after: 300 });
    expect(nextRequest(failed(70), ASKED, 60)).toEqual({ url: ASKED, after: 70 });
  });
});

test.each([
  { asks: 0, after: 2 },
  { asks: 3_000_000, after: 86_400 },
])('a server that asks for $asks s is asked again after $after s', ({ asks, after }) => {
  expect(nextRequest({ kind: 'failed', retryAfter: asks }, ASKED, 60)).toEqual({ url: ASKED, after });
});

describe('what the server is told', () => {
  test('nothing before anything was received', () => {
    expect(steeringUrl(ASKED, [])).toBe(ASKED);
  });

  test('the pathways in use, and their throughput, as DASH has it', () => {
    const url = steeringUrl(`${ASKED}?t=%2F`, [
      { id: 'cdn b', throughput: 1_234_567.8 },
      { id: 'a"', throughput: 2000 },
    ]);
    expect(url).toBe(`${ASKED}?t=%2F&_DASH_pathway=%22cdn%20b%2Ca%22&_DASH_throughput=1234568,2000`);
    expect(new URL(url).searchParams.get('_DASH_pathway')).toBe('"cdn b,a"');
  });
});
