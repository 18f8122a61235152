import { afterEach, expect, test, vi } from 'vitest';
import type { Stream } from '../../../../src/manifest/presentation.ts';
import type { FragmentReport } from '../../../../src/transmux/fragment-transmuxer.ts';

const stream = {} as Stream;
const encryption = { keyId: '0123456789abcdef0123456789abcdef', ivSize: 8 } as const;
const encrypted = { encryption, keyIds: [encryption.keyId] } as unknown as FragmentReport;
const clear = { encryption: undefined, keyIds: [] as readonly string[] } as FragmentReport;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test.each([
  { engine: 'Gecko', isGecko: true, track: undefined },
  { engine: 'another engine', isGecko: false, track: encryption },
])('in $engine, what is clear in a protected stream', async ({ isGecko, track }) => {
  vi.stubGlobal('CSS', { supports: (name: string) => isGecko && name === '-moz-appearance' });
  const { StreamEncryption } = await import('../../../../src/player/delivery/stream-encryption.ts');
  const streams = new StreamEncryption(true);
  expect(streams.protectionOf(stream, encrypted)).toEqual({ track: encryption, keyIds: [encryption.keyId] });
  expect(streams.protectionOf(stream, clear)).toEqual({ track, keyIds: [] });
  expect(streams.protectionOf(stream, encrypted)).toEqual({ track: encryption, keyIds: [encryption.keyId] });
});
