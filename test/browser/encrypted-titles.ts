import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EncryptOptions, encryptPresentation } from '../../demo/origin/encrypt.ts';
import { test } from './fixtures.ts';

export const ONE = { keyId: '00112233445566778899aabbccddeeff', key: '0123456789abcdef0123456789abcdef' };
export const TWO = { keyId: 'ffeeddccbbaa99887766554433221100', key: 'fedcba9876543210fedcba9876543210' };
export const KEYS = { [ONE.keyId]: ONE.key, [TWO.keyId]: TWO.key };

/** Encrypts the sample, once for each name, while a file's tests run; returns the folder to serve as `titles`. */
export function encryptedTitles(titles: Readonly<Record<string, Partial<EncryptOptions>>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'encrypted-'));
  test.beforeAll(async () => {
    const from = { folder: join(import.meta.dirname, '../../demo/sample'), name: 'sample' };
    for (const [name, options] of Object.entries(titles)) {
      const to = { folder: join(folder, name), name };
      await encryptPresentation(from, to, { keys: [ONE], piff: '1.1', ...options });
    }
  });
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The URL at which a title of `encryptedTitles` is served. */
export const encryptedUrl = (origin: string, name: string): string =>
  `${origin}/titles/${name}/${name}.ism/Manifest`;
