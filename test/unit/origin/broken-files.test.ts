import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { ask } from './ask.ts';
import { type ForeignFile, writeForeignFile } from './foreign-presentation.ts';

const FRAGMENT = '/show.ism/QualityLevels(1)/RawFragments(video=0)';
const FILE: ForeignFile = {
  fragments: [{ track: 1, time: 0n, payload: 'first' }],
  tfraVersion: 1,
  numberSizes: [1, 1, 1],
  isLarge: false,
};

let folder: string;
let origin: Origin;
let url: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'origin-'));
  origin = createOrigin({ presentations: { '/': folder, '/sub': join(folder, 'other') } });
  url = await origin.listen();
});
afterEach(async () => {
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

const smil = (src = 'show.ismv') =>
  `<smil><body><switch><video src="${src}" systemBitrate="1"/></switch></body></smil>`;

async function write(src?: string) {
  await writeFile(join(folder, 'show.ism'), smil(src));
  await writeForeignFile(join(folder, 'show.ismv'), FILE);
}

/** Overwrites bytes of the fragmented file, `at` from the beginning of a box's content. */
async function spoil(box: string, at: number, bytes: readonly number[]) {
  const path = join(folder, 'show.ismv');
  const file = await readFile(path);
  file.set(bytes, file.lastIndexOf(box) + 4 + at);
  await writeFile(path, file);
}

describe('broken files', () => {
  it.each<{ name: string; spoiled: () => Promise<void>; status: number; sentence: string }>([
    {
      name: 'no media file',
      spoiled: () => rm(join(folder, 'show.ismv')),
      status: 404,
      sentence: 'Not found',
    },
    {
      name: 'a server manifest that is no XML',
      spoiled: () => writeFile(join(folder, 'show.ism'), 'not XML'),
      status: 500,
      sentence: 'not a server manifest',
    },
    {
      name: 'a server manifest that ends too soon',
      spoiled: () => truncate(join(folder, 'show.ism'), 30),
      status: 500,
      sentence: 'not a server manifest',
    },
    {
      name: 'an endless server manifest',
      spoiled: () => truncate(join(folder, 'show.ism'), 5e6),
      status: 500,
      sentence: 'too large',
    },
    {
      name: 'an empty server manifest',
      spoiled: () => truncate(join(folder, 'show.ism'), 0),
      status: 500,
      sentence: 'not a server manifest',
    },
    {
      name: 'a media file cut at its end',
      spoiled: () => truncate(join(folder, 'show.ismv'), 60),
      status: 500,
      sentence: 'no mfra index',
    },
    {
      name: 'an index that points beyond the file',
      spoiled: () => spoil('tfra', 24, [0, 0, 0, 0, 0, 0, 255, 255]),
      status: 500,
      sentence: 'no moof at 65535',
    },
    {
      name: 'an index that points beyond all files',
      spoiled: () =>
        spoil(
          'tfra',
          24,
          Array.from({ length: 8 }, () => 255),
        ),
      status: 500,
      sentence: 'no moof at',
    },
    {
      name: 'an index that points elsewhere',
      spoiled: () =>
        spoil(
          'tfra',
          24,
          Array.from({ length: 8 }, () => 0),
        ),
      status: 500,
      sentence: 'no moof at 0',
    },
    {
      name: 'an index that promises more than it has',
      spoiled: () => spoil('tfra', 12, [255, 255, 255, 255]),
      status: 200,
      sentence: 'first',
    },
    {
      name: 'no mdat',
      spoiled: () => spoil('mdat', -4, [...Buffer.from('skip')]),
      status: 500,
      sentence: 'no mdat after the moof',
    },
  ])('$name: $status', async ({ spoiled, status, sentence }) => {
    await write();
    await spoiled();
    const answer = await ask(url, FRAGMENT);
    expect([answer.status, answer.body.toString()]).toEqual([status, expect.stringContaining(sentence)]);
    expect(answer.body.toString()).not.toContain(folder);
    await write();
    expect((await ask(url, FRAGMENT)).body.toString()).toBe('first');
  });

  it('a folder that is named like a presentation: 404', async () => {
    await mkdir(join(folder, 'show.ism'));
    expect((await ask(url, FRAGMENT)).status).toBe(404);
    expect((await ask(url, '/show.ism/Manifest')).status).toBe(404);
  });

  it('a manifest in another format: 404', async () => {
    await write();
    expect((await ask(url, '/show.ism/Manifest(format=mpd-time-csf)')).status).toBe(404);
  });
});

describe('names', () => {
  it.each(['SHOW.ISMV', '.\\show.ismv', './show.ismv', 'Media\\..\\Show.ismv'])(
    '%s is found',
    async (src) => {
      await write(src);
      expect((await ask(url, FRAGMENT)).body.toString()).toBe('first');
    },
  );

  it.each(['../show.ismv', '..\\show.ismv', '../../etc/passwd', ''])(
    '%j leads out of nothing',
    async (src) => {
      await mkdir(join(folder, 'other'));
      await write();
      await writeFile(join(folder, 'other/show.ism'), smil(src));
      expect((await ask(url, `/sub${FRAGMENT}`)).status).toBe(404);
    },
  );

  it('of folders are in any case, and the longest path of a folder goes first', async () => {
    await mkdir(join(folder, 'other/Deep'), { recursive: true });
    await writeFile(join(folder, 'other/Deep/show.ism'), smil());
    await writeForeignFile(join(folder, 'other/Deep/show.ismv'), FILE);
    expect((await ask(url, `/sub/deep${FRAGMENT}`)).body.toString()).toBe('first');
    expect((await ask(url, `/OTHER/DEEP${FRAGMENT}`)).body.toString()).toBe('first');
  });
});

describe('a server manifest is read', () => {
  const text = `<?xml version="1.0" encoding="utf-16"?>${smil()}`;
  const little = Buffer.from(text, 'utf16le');
  it.each([
    ['as UTF-8', Buffer.from(smil())],
    ['as UTF-8 with its mark', Buffer.from(`\ufeff${smil()}`)],
    ['as UTF-16', little],
    ['as UTF-16 with its mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['as UTF-16 the other way round', Buffer.from(little).swap16()],
    ['as UTF-16 the other way round with its mark', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('%s', async (_, bytes) => {
    await write();
    await writeFile(join(folder, 'show.ism'), bytes);
    expect((await ask(url, FRAGMENT)).body.toString()).toBe('first');
  });
});
