import { expect, test } from 'vitest';
import { FakeVideo } from '../browser/video.ts';
import { URL_OF_TITLE, Viewing } from './viewing.ts';

const asElement = (video: FakeVideo) => video as unknown as HTMLMediaElement;

interface Elements {
  readonly first: FakeVideo;
  readonly second: FakeVideo;
}

/** A player and two elements, the first of which it was created with. */
async function withTwo(use: (viewing: Viewing, elements: Elements) => Promise<void>): Promise<void> {
  const viewing = new Viewing(1);
  viewing.network.bitsPerSecond = 4_000_000;
  try {
    await use(viewing, { first: viewing.video, second: new FakeVideo() });
    expect(viewing.uncaught).toEqual([]);
    expect(viewing.codes('error')).toEqual([]);
  } finally {
    await viewing.close();
  }
}

async function expectToPlay({ time }: Viewing, video: FakeVideo): Promise<void> {
  const from = video.currentTime;
  void video.play();
  await time.pass(5);
  expect(video.currentTime).toBeGreaterThan(from + 3);
}

test('attach() and load() in one turn: plays on that element', () =>
  withTwo(async (viewing, { first, second }) => {
    const { player, time } = viewing;
    void player.detach();
    void player.attach(asElement(second));
    void player.load(URL_OF_TITLE);
    await time.pass(3);
    await expectToPlay(viewing, second);
    expect(first.src).toBe('');
  }));

test('attach() while the manifest loads: plays on that element, and the one before is free at once', () =>
  withTwo(async (viewing, { first, second }) => {
    const { player, time } = viewing;
    void player.load(URL_OF_TITLE);
    void player.attach(asElement(second));
    await time.pass(3);
    expect(first.src).toBe('');
    await expectToPlay(viewing, second);
  }));

test('attach() in the `loaded` event: plays on that element', () =>
  withTwo(async (viewing, { first, second }) => {
    const { player, time } = viewing;
    player.addEventListener('loaded', () => void player.attach(asElement(second)), { once: true });
    void player.load(URL_OF_TITLE);
    await time.pass(3);
    expect(first.src).toBe('');
    await expectToPlay(viewing, second);
  }));

test('detach() while the manifest loads: the title is ready, and plays once there is an element', () =>
  withTwo(async (viewing, { first, second }) => {
    const { player, time } = viewing;
    void player.load(URL_OF_TITLE);
    void player.detach();
    await time.pass(3);
    expect(player.state).toBe('ready');
    expect(first.src).toBe('');
    void player.attach(asElement(second));
    await expectToPlay(viewing, second);
  }));

test('there and back while the manifest loads: plays on the first element', () =>
  withTwo(async (viewing, { first, second }) => {
    const { player, time } = viewing;
    void player.load(URL_OF_TITLE);
    void player.attach(asElement(second));
    void player.attach(asElement(first));
    await time.pass(3);
    expect(second.src).toBe('');
    await expectToPlay(viewing, first);
  }));

test('of two elements attached in one turn the last one plays, from where it was', () =>
  withTwo(async (viewing, { first, second }) => {
    const { player, time } = viewing;
    viewing.begin(20);
    await time.pass(5);
    const third = new FakeVideo();
    void player.attach(asElement(third));
    void player.attach(asElement(second));
    await time.pass(1);
    expect([first.src, third.src]).toEqual(['', '']);
    expect(second.currentTime).toBeGreaterThan(23);
    await expectToPlay(viewing, second);
    await player.destroy();
    expect(second.src).toBe('');
  }));

test('after a failure, play() on the element that was attached since goes on there', () =>
  withTwo(async (viewing, { second }) => {
    const { player, time, network } = viewing;
    viewing.begin();
    await time.pass(3);
    network.fault = () => ({ kind: 'status', status: 503 });
    await time.pass(250);
    expect(viewing.codes('error')).toEqual(['fragments-unavailable']);
    viewing.events.length = 0;
    network.fault = () => undefined;
    void player.attach(asElement(second));
    await time.pass(1);
    void second.play();
    await time.pass(3);
    expect(second.currentTime).toBeGreaterThan(3);
    await expectToPlay(viewing, second);
  }));

test('the signal of a load no longer ends anything once it is done', () =>
  withTwo(async (viewing, { first }) => {
    const { player, time } = viewing;
    const caller = new AbortController();
    void player.load(URL_OF_TITLE, { signal: caller.signal });
    await time.pass(3);
    caller.abort();
    await expectToPlay(viewing, first);
    first.currentTime = 50;
    await time.pass(2);
    await expectToPlay(viewing, first);
  }));
