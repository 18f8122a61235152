import type { Cmcd } from '@svta/cml-cmcd';
import { validateCmcdEvents, validateCmcdHeaders } from '@svta/cml-cmcd';
import { describe, expect, test } from 'vitest';
import { inHeaders, inQuery, reportLine, withoutCmcd } from '../../../../src/player/cmcd/carry.ts';

const DATA: Cmcd = { sid: 'x y', br: [2000], bl: [1500], ot: 'v', sf: 's', nor: ['https://h/b'], su: true };
const ALL = { version: 1, isWanted: () => true } as const;

describe('in the query', () => {
  test.each([
    ['https://h/p', 'https://h/p?CMCD='],
    ['https://h/p?', 'https://h/p?&CMCD='],
    ['https://h/p?sig=%2F+a==&x=%7e', 'https://h/p?sig=%2F+a==&x=%7e&CMCD='],
  ])('%s keeps what it has, to the letter', (url, expected) => {
    const { url: carried } = inQuery(new Request(url), DATA, ALL);
    expect(carried.startsWith(expected)).toBe(true);
    expect(decodeURIComponent(carried.slice(expected.length))).toBe(
      'bl=1500,br=2000,nor="b",ot=v,sf=s,sid="x y",su',
    );
  });

  test('the request is otherwise the same', () => {
    const { signal } = new AbortController();
    const headers = { Range: 'bytes=0-99', Authorization: 'Bearer x' };
    const init = { headers, signal, credentials: 'include', redirect: 'error', cache: 'no-store' } as const;
    const carried = inQuery(new Request('https://h/p', init), DATA, ALL);
    expect(Object.fromEntries(carried.headers)).toEqual({ range: 'bytes=0-99', authorization: 'Bearer x' });
    expect(carried).toMatchObject({ credentials: 'include', redirect: 'error', cache: 'no-store' });
  });

  test.each([
    ['https://h/p?CMCD=a%2Cb', 'https://h/p'],
    ['https://h/p?x=1&CMCD=a', 'https://h/p?x=1'],
    ['https://h/p?CMCD=a&x=1', 'https://h/p?x=1'],
    ['https://h/p?x=1&CMCD=a&y=2#f', 'https://h/p?x=1&y=2#f'],
    ['https://h/CMCD=1?xCMCD=a', 'https://h/CMCD=1?xCMCD=a'],
  ])('what was added to %s is taken off again', (url, expected) => {
    expect(withoutCmcd(url)).toBe(expected);
  });
});

test('in headers, each key is in that of its kind', () => {
  const { headers, url } = inHeaders(new Request('https://h/a', { headers: { X: 'y' } }), DATA, ALL);
  expect(url).toBe('https://h/a');
  expect(Object.fromEntries(headers)).toEqual({
    x: 'y',
    'cmcd-object': 'br=2000,ot=v',
    'cmcd-request': 'bl=1500,nor="b",su',
    'cmcd-session': 'sf=s,sid="x y"',
  });
  expect(validateCmcdHeaders(headers, { version: 1 }).issues).toEqual([]);
});

test('only the keys that are wanted are told', () => {
  const isWanted = (key: string) => ['br', 'sid'].includes(key);
  const { url } = inQuery(new Request('https://h/a'), DATA, { version: 1, isWanted });
  expect(new URL(url).searchParams.get('CMCD')).toBe('br=2000,sid="x y"');
});

test('version 2 says that it is', () => {
  const { url } = inQuery(new Request('https://h/a'), DATA, { ...ALL, version: 2 });
  expect(new URL(url).searchParams.get('CMCD')).toBe(
    'bl=(1500),br=(2000),nor=("b"),ot=v,sf=s,sid="x y",su,v=2',
  );
});

test('a report is a line that the specification allows, whatever keys are wanted', () => {
  const event: Cmcd = {
    e: 'ps',
    ts: 1_700_000_000_000,
    sta: 'p',
    sn: 1,
    sid: 'x',
    sf: 's',
    st: 'v',
    bl: [1500],
  };
  const line = reportLine(event, () => true);
  expect(line).toBe('bl=(1500),e=ps,sf=s,sid="x",sn=1,st=v,sta=p,ts=1700000000000,v=2');
  expect(validateCmcdEvents(line).issues).toEqual([]);
  const error = reportLine({ ...event, e: 'e', ec: ['network-failed'] }, (key) => key === 'sid');
  expect(error).toBe('e=e,ec=("network-failed"),sid="x",ts=1700000000000,v=2');
  expect(validateCmcdEvents(error).issues).toEqual([]);
});
