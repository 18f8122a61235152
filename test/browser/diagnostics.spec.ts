import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RecordedPart } from '../../src/heuristics/recorded-call.ts';
import { expect, SAMPLE, test } from './fixtures.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

test('a session on a bad line replays to the same choices, and its file holds no secret', async ({
  player,
  origin,
}, testInfo) => {
  const bad = {
    type: 'bandwidth',
    steps: [
      [4, 900_000],
      [5, 30_000],
      [3, 250_000],
      [2, 0],
    ],
  } as const;
  origin.rules.add({ effect: bad });
  origin.rules.add({
    match: { stream: 'video', from: 6, count: 2 },
    effect: { type: 'status', status: 503 },
  });
  await player.evaluate(() => {
    smooth.configure({
      heuristics: { capToSize: false },
      buffer: { ahead: 10 },
      drm: {
        headers: { authorization: 'secret-1' },
        servers: { 'org.w3.clearkey': 'https://keys/?secret-2' },
      },
      network: { request: (request) => new Request(`${request.url}?token=secret-3`, request) },
    });
    video.muted = true;
    video.playbackRate = 2;
  });
  expect(await player.load(`${SAMPLE}?token=secret-4`)).toBeUndefined();
  await player.play();
  await player.until(() => video.currentTime > 22 || video.ended, 90_000);

  const diagnostics = await player.evaluate(() => smooth.getDiagnostics());
  const json = JSON.stringify(diagnostics);
  expect(json).not.toContain('secret');
  expect(JSON.parse(json)).toEqual(diagnostics);

  expect(diagnostics.findings).toContainEqual(
    expect.objectContaining({ section: 'ISO/IEC 14496-12, 8.8.8' }),
  );
  expect(diagnostics.presentation?.streams).toHaveLength(8);

  const calls = (diagnostics.decisions as readonly RecordedPart[]).flatMap((part) => part.calls);
  const given = calls.filter(({ call, output }) => call === 'considerAbandoning' && output !== null);
  expect(given.length).toBeGreaterThan(0);
  const chosen = calls.filter(({ call }) => call === 'chooseQuality').map(({ output }) => output);
  expect(chosen.length).toBeGreaterThanOrEqual(11);
  expect(new Set(chosen.map((output) => JSON.stringify(output))).size).toBeGreaterThan(3);

  const file = testInfo.outputPath('diagnostics.json');
  await writeFile(file, json);
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'replay', file]);
  const decisions = calls.filter(({ call }) => call !== 'learnBandwidth').length;
  expect(stdout).toContain(`${decisions} decisions, ${decisions} unchanged, 0 different`);
});
