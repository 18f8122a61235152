import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { isPacked } from '../../../src/manifest/recognise.ts';
import { unpack } from '../../../src/manifest/unpack.ts';

const TEXT = `<?xml version="1.0"?>${'<SmoothStreamingMedia/>'.repeat(1000)}`;

describe('a manifest without Content-Encoding', () => {
  test.each([
    { name: 'by gzip', bytes: gzipSync(TEXT) },
    { name: 'by zlib', bytes: deflateSync(TEXT) },
    { name: 'by zlib, fast', bytes: deflateSync(TEXT, { level: 1 }) },
    { name: 'by gzip, twice', bytes: gzipSync(gzipSync(TEXT)) },
  ])('that is packed $name is unpacked', async ({ bytes }) => {
    expect(isPacked(bytes)).toBe(true);
    expect(new TextDecoder().decode(await unpack(bytes))).toBe(TEXT);
  });

  test.each(['<a/>', '\ufeff<a/>', ' <a/>', 'x', 'xml', '', '{}'])('%j is not packed', async (text) => {
    const bytes = new TextEncoder().encode(text);
    expect(isPacked(bytes)).toBe(false);
    expect(await unpack(bytes)).toBe(bytes);
  });

  test.each([
    { name: 'cut', bytes: gzipSync(TEXT).subarray(0, 60) },
    { name: 'damaged', bytes: gzipSync(TEXT).fill(0xff, 12, 30) },
    { name: 'no more than a header', bytes: Buffer.from([0x1f, 0x8b]) },
    { name: 'raw', bytes: Buffer.concat([Buffer.from([0x78, 0x9c]), deflateRawSync(TEXT).subarray(0, 20)]) },
  ])('that is $name gives an error that names gzip', async ({ bytes }) => {
    await expect(unpack(bytes)).rejects.toMatchObject({
      code: 'manifest-foreign',
      details: { kind: 'compressed' },
      message: expect.stringContaining('gzip'),
    });
  });

  test('that unpacks to more than a manifest has is too large', async () => {
    const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(20_000);
    await expect(unpack(bomb)).rejects.toMatchObject({
      code: 'manifest-too-large',
      details: { what: 'bytes' },
    });
  });

  test('that nobody unpacked is told as that', () => {
    expect(() => parseManifest(gzipSync(TEXT))).toThrow(
      expect.objectContaining({
        code: 'manifest-foreign',
        details: expect.objectContaining({ kind: 'compressed' }),
      }),
    );
  });
});
