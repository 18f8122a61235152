import { expect, test } from 'vitest';
import { Viewing } from './viewing.ts';

test('a seek into an outage that stays: one error ends playback after two minutes, and another seek goes on', async () => {
  const viewing = new Viewing(1, 120);
  try {
    const { time, network, player, video } = viewing;
    network.bitsPerSecond = 4_000_000;
    viewing.begin();
    await time.pass(6);
    network.fault = () => ({ kind: 'status', status: 503 });
    video.currentTime = 90;
    await time.pass(115);
    expect(player.state).toBe('ready');
    await time.pass(25);
    expect(viewing.codes('error')).toEqual(['fragments-unavailable']);
    network.fault = () => undefined;
    video.currentTime = 60;
    await time.pass(5);
    expect(player.state).toBe('ready');
    expect(video.currentTime).toBeGreaterThan(62);
    expect(viewing.uncaught).toEqual([]);
  } finally {
    await viewing.close();
  }
});
