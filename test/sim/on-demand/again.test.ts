import { expect, test } from 'vitest';
import { Viewing } from './viewing.ts';

const DOWN = () => ({ kind: 'status', status: 503 }) as const;

test('retried while the server is still down, playback goes on from its place once it is back, as chosen and as fast', async () => {
  const viewing = new Viewing(1, 120);
  try {
    const { time, network, player, video } = viewing;
    network.bitsPerSecond = 4_000_000;
    viewing.begin(50);
    await time.pass(10);
    player.setQuality('240p');
    video.playbackRate = 1.5;
    network.fault = DOWN;
    await time.pass(220);
    expect(player.error?.code).toBe('fragments-unavailable');
    const place = video.currentTime;
    expect(place).toBeGreaterThan(59);
    for (let times = 0; times < 2; times += 1) {
      player.retry().catch(() => {});
      await time.pass(30);
      expect(player.error?.code).toBe('network-status');
    }
    network.fault = () => undefined;
    player.retry().catch(() => {});
    await time.pass(2);
    void video.play();
    await time.pass(5);
    expect(video.currentTime).toBeGreaterThan(place + 2);
    expect(player.quality).toMatchObject({ label: '240p' });
    expect(video.playbackRate).toBe(1.5);
  } finally {
    await viewing.close();
  }
});

test('a start that failed is retried at its start time', async () => {
  const viewing = new Viewing(1, 120);
  try {
    const { time, network, player, video } = viewing;
    network.fault = DOWN;
    viewing.begin(50);
    await time.pass(30);
    expect(player.error?.code).toBe('network-status');
    network.fault = () => undefined;
    player.retry().catch(() => {});
    await time.pass(5);
    expect(player.state).toBe('ready');
    expect(video.currentTime).toBe(50);
  } finally {
    await viewing.close();
  }
});
