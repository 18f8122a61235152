import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { protectionElement } from '../../../demo/origin/playready-header.ts';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { box, buildFragment, type FragmentSpec, u32, uuidBox } from '../../support/fragment-builder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CLI = join(ROOT, 'dist/cli.js');
const SAMPLE = join(ROOT, 'demo/sample');
const CORPUS = join(ROOT, '../shared/corpus');

/** Runs the built command as a user does, and without a terminal. */
function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { maxBuffer: 64e6 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}
const inspect = (...args: string[]) => run('inspect', ...args);

let origin: Origin;
let url: string;
let folder: string;
/** What the odd server answers, by path; anything else is 404. */
let answers: (path: string, request: IncomingMessage) => Answer | undefined;
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
let odd: Server;
let oddUrl: string;

beforeAll(async () => {
  origin = createOrigin({ presentations: { '/titles': SAMPLE } });
  url = `${await origin.listen()}/titles/sample.ism/Manifest`;
  folder = await mkdtemp(join(tmpdir(), 'inspect-'));
  odd = createServer((request: IncomingMessage, response: ServerResponse) => {
    const answer = answers(decodeURIComponent(request.url ?? ''), request) ?? { status: 404 };
    const open = { 'Access-Control-Allow-Origin': '*' };
    response.writeHead(answer.status ?? 200, answer.headers ?? open).end(answer.body ?? '');
  });
  await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
  oddUrl = `http://127.0.0.1:${(odd.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await origin.close();
  odd.close();
  await rm(folder, { recursive: true });
});

const AVC = '000000016742C00CD981013B011000000300100000030320F142A6800000000168C96092C8';

/** A picture of two chunks of a second each, and what is said about it. */
const manifest = ({
  root = '',
  inside = '',
  c = '<c t="0" d="10000000"/><c d="10000000"/>',
  fourCC = 'H264',
} = {}) =>
  `<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" Duration="20000000" ${root}>${inside}` +
  '<StreamIndex Type="video" Name="video" Url="QualityLevels({bitrate})/Fragments(video={start time})">' +
  `<QualityLevel Index="0" Bitrate="57000" FourCC="${fourCC}" MaxWidth="256" MaxHeight="144" CodecPrivateData="${AVC}"/>` +
  `${c}</StreamIndex></SmoothStreamingMedia>`;

const SAMPLES = Array.from({ length: 5 }, () => ({ size: 40 }));
const GOOD: FragmentSpec = {
  defaultDuration: 2_000_000,
  defaultFlags: 0x01010000,
  runs: [{ dataOffset: 'auto', firstSampleFlags: 0x02000000, samples: SAMPLES }],
};

/** A title of that manifest and fragment on the odd server. */
function serve(text: string, spec: FragmentSpec = GOOD, headers?: Answer['headers']): string {
  answers = (path) => {
    const with_ = headers && { headers };
    if (path.startsWith('/a.ism/Manifest')) return { body: text, ...with_ };
    return path.startsWith('/a.ism/QualityLevels') ? { body: buildFragment(spec), ...with_ } : undefined;
  };
  return `${oddUrl}/a.ism`;
}

/** The same with a page to log in on in place of fragments. */
function serveFalseFragments(): string {
  const title = serve(manifest());
  const honest = answers;
  answers = (path, request) =>
    path.includes('QualityLevels') ? { body: '<html>log in</html>' } : honest(path, request);
  return title;
}

test('a clean title plays, and what it holds is told', async () => {
  const { code, out } = await inspect(url);
  expect(out).toMatch(/Verdict: plays\n$/);
  expect(code).toBe(0);
  expect(out).toContain('on demand');
  expect(out).toMatch(/418 kbit\/s {2}1920x1080 {2}avc1\.640032 {2}H264/);
  expect(out).toMatch(/stream audio_fr at 10 kbit\/s, 0\.000 s +\d+ bytes +94 samples +2\.005 s/);
  expect(out).toMatch(/manifest +200 +6400 bytes +\d+ ms +text\/xml/);
  // Nothing but text where there is no terminal.
  expect(out).not.toContain('\u001b');
});

test('what is odd farther on than the first fragment is told once', async () => {
  const chunks = '<c t="0" d="10000000" r="10"/>';
  const title = serve(manifest({ c: chunks }));
  const honest = answers;
  const asked: string[] = [];
  answers = (path, request) => {
    if (path.includes('QualityLevels')) asked.push(path.replace(/.*=(\d+)\).*/, '$1'));
    if (!/=[369]0000000\)/.test(path)) return honest(path, request);
    const runs = [
      { dataOffset: 'auto' as const, firstSampleFlags: 0x02000000, samples: SAMPLES.slice(0, 3) },
    ];
    return { body: buildFragment({ ...GOOD, runs }) };
  };
  const { out } = await inspect(title, '--json');
  const { findings, fragments, verdict } = JSON.parse(out);
  expect(asked).toEqual(['0', '30000000', '60000000', '90000000']);
  const odd = findings.filter(({ what }: { what: string }) => what.includes('the last sample'));
  expect(odd.map(({ where }: { where: string }) => where)).toEqual([expect.stringContaining('3.000 s')]);
  expect(fragments).toHaveLength(2);
  expect(verdict.kind).toBe('plays-after-repairs');
});

test('--json tells the same as data, --all each level, --boxes what is in them', async () => {
  const { code, out } = await inspect(url, '--json', '--all', '--boxes');
  const report = JSON.parse(out);
  expect(code).toBe(0);
  expect(report.verdict).toEqual({ kind: 'plays', text: 'plays' });
  const types = report.fragments.map(({ type }: { type: string }) => type);
  expect(types.filter((type: string) => type !== 'text')).toHaveLength(8);
  expect(report.title.streams[0].levels).toHaveLength(6);
  expect(report.title.streams[0].chunks).toMatchObject({ count: 15, gapCount: 0, end: 30 });
  expect(report.boxes).toHaveLength(report.fragments.length);
  expect(
    report.text.map(({ name, first }: { name: string; first: { at: number } }) => [name, first.at]),
  ).toEqual([
    ['text_en', 2],
    ['text_fr', 2],
    ['chapters', 0],
    ['scte35', 9],
    ['notes', 4],
  ]);
  expect(report.boxes[0].boxes).toMatch(/moof[\s\S]*traf[\s\S]*trun/);
});

test('no token is shown, wherever it came from', async () => {
  const redirected = '/real/a.ism/Manifest?sig=secret-2';
  answers = (path) => {
    if (path.startsWith('/a.ism/Manifest'))
      return { status: 302, headers: { Location: redirected, 'Access-Control-Allow-Origin': '*' } };
    if (path.startsWith('/real/a.ism/Manifest'))
      return { body: manifest().replace('={start time})', '={start time})?hdnts=secret-3') };
    return undefined;
  };
  for (const form of [[], ['--json']]) {
    const { out, err } = await inspect(
      `${oddUrl}/a.ism/Manifest?token=secret-1`,
      '--header',
      'Cookie: secret-4',
      ...form,
    );
    expect(out + err).not.toContain('secret');
    expect(out).toContain('redirected');
  }
  const { code, out, err } = await inspect('http://user:secret-5@host/a.ism');
  expect([code, out + err]).toEqual([2, expect.not.stringContaining('secret')]);
});

test('what it takes to be let in goes to the title alone', async () => {
  answers = (path, { headers }) => {
    if (path.startsWith('/a.ism') && headers.authorization !== 'Bearer 1')
      return { status: 401, headers: { 'Access-Control-Allow-Origin': '*' } };
    if (path.startsWith('/a.ism/Manifest')) return { body: manifest() };
    return { body: buildFragment(GOOD) };
  };
  const refused = await inspect(`${oddUrl}/a.ism`);
  expect([refused.code, refused.err]).toEqual([4, expect.stringContaining('the server responds with 401')]);
  expect((await inspect(`${oddUrl}/a.ism`, '--header', 'Authorization: Bearer 1')).code).toBe(0);
});

describe('what keeps a title from playing', () => {
  test('no CORS headers, except on pages of its own', async () => {
    const title = serve(manifest(), GOOD, { 'Content-Type': 'text/xml' });
    const { code, out } = await inspect(title);
    expect([code, out]).toEqual([
      1,
      expect.stringContaining('Verdict: cannot play because manifest: it has no Access-Control-Allow-Origin'),
    ]);
    expect(out).toContain('To do: send "Access-Control-Allow-Origin: *"');
    expect((await inspect(title, '--origin', oddUrl)).code).toBe(0);
  });

  test.each<[string, () => string, RegExp]>([
    ['nothing there', () => `${oddUrl}/none.ism`, /the server responds with 404[\s\S]*check the URL/],
    ['a web page', () => serve('<!doctype html><html></html>'), /a web page/],
    ['half a manifest', () => serve(manifest().slice(0, 300)), /is truncated/],
    [
      'VC-1',
      () => serve(manifest({ fourCC: 'WVC1' }).replace(AVC, '')),
      /no browser plays VC-1[\s\S]*re-encode it/,
    ],
    [
      'a web page for a fragment',
      serveFalseFragments,
      /MS-SSTR 2\.2\.4: the player requests it again[\s\S]*cannot play because stream video at 57 kbit\/s/,
    ],
  ])('%s', async (_, make, told) => {
    const { code, out } = await inspect(make());
    expect(out).toMatch(told);
    expect(out).toContain('Verdict: cannot play because ');
    expect(code).toBe(1);
  });
});

test('a server that is out of reach is a failure, not a verdict on the title', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const gone = `http://127.0.0.1:${port}/a.ism`;
  answers = (path) => (path.startsWith('/moved') ? { status: 302, headers: { Location: gone } } : undefined);
  for (const asked of [gone, `${oddUrl}/moved.ism`]) {
    const { code, out, err } = await inspect(asked);
    expect([code, out]).toEqual([4, '']);
    expect(err).toMatch(/no response: ECONNREFUSED[\s\S]*check that the server is running/);
  }
  const { code, out } = await inspect(gone, '--json');
  expect([code, JSON.parse(out)]).toEqual([
    4,
    { ok: false, exitCode: 4, problem: 'cannot play because manifest: no response: ECONNREFUSED' },
  ]);
});

test('deviations are named with their place and with what the player does', async () => {
  const spec: FragmentSpec = {
    runs: [{ dataOffset: 3, samples: SAMPLES.map((sample) => ({ ...sample, duration: 2_000_000 })) }],
    tfdt: 77n,
  };
  const { code, out } = await inspect(
    serve(manifest({ c: '<c t="0" d="10000000"/><c t="35000000" d="10000000"/>' }), spec),
  );
  expect(code).toBe(0);
  expect(out).toMatch(
    /\[mended\] stream video: 1 gap: 2\.500 s at 1\.000 s\n +MS-SSTR 2\.2\.2\.6: the player jumps/,
  );
  expect(out).toMatch(/trun has a wrong sample offset[^\n]*\n +MS-SSTR 2\.2\.4\.7: the player computes it/);
  expect(out).toMatch(
    /no flags distinguish key frames[^\n]*\n +MS-SSTR 2\.2\.4\.7: the player writes its own flags/,
  );
  expect(out).toMatch(/has another time[^\n]*\n +MS-SSTR 2\.2\.4\.4/);
  expect(out).toMatch(/Verdict: plays after repairs: 4 mended\n$/);
});

test('a manifest that is no XML is read as the player reads it, and each mend is told', async () => {
  const clean = await readFile(join(SAMPLE, 'sample.ismc'), 'utf8');
  const broken = `served by x\n${clean.replace(/"(\d+)"/g, '$1').replace('</SmoothStreamingMedia>', '')}`;
  const file = join(folder, 'broken.ismc');
  await writeFile(file, broken);
  const { code, out } = await inspect(file);
  expect(code).toBe(0);
  for (const told of ['precedes it', 'without quotes', 'is missing', 'plays after repairs: 3 mended'])
    expect(out).toContain(told);
  expect(out).not.toContain('MajorVersion');

  const streams = clean.slice(clean.indexOf('<StreamIndex'), clean.lastIndexOf('</SmoothStreamingMedia>'));
  const composite = join(folder, 'broken.csm');
  await writeFile(composite, `<SmoothStreamingMedia><Clip Url=a.ism/Manifest>${streams}</Clip>`);
  const joined = await inspect(composite);
  for (const told of ['without quotes', 'is missing', 'joins 1 clip', 'plays after repairs: 2 mended'])
    expect(joined.out).toContain(told);
});

test('a live title tells its window, its look-ahead and how far its edge is behind', async () => {
  const now = BigInt(Date.now()) * 10_000n;
  const start = now - 100_000_000n - (now % 20_000_000n);
  const c = `<c t="${start}" d="20000000" r="5"/>`;
  const time = { version: 1, time: start + 20_000_000n, duration: 20_000_000n } as const;
  const spec = {
    ...GOOD,
    defaultDuration: 4_000_000,
    tfxd: time,
    tfrf: [{ time: time.time + 20_000_000n, duration: 20_000_000n }],
  };
  const root = 'IsLive="TRUE" LookAheadFragmentCount="2" DVRWindowLength="600000000"';
  const { code, out } = await inspect(
    serve(manifest({ root, c }).replace('Duration="20000000"', 'Duration="0"'), spec),
  );
  expect(out).toMatch(/kind +live/);
  expect(out).toMatch(/window +10\.000 s listed; window of 60\.000 s/);
  expect(out).toMatch(/look-ahead +2 chunks/);
  expect(out).toMatch(/edge +\d\.\d s behind/);
  expect([code, out]).toEqual([0, expect.stringContaining('Verdict: plays')]);
});

test('a composite manifest is told of clip by clip', async () => {
  const streams = manifest({}).replace(/^<SmoothStreamingMedia[^>]*>|<\/SmoothStreamingMedia>$/g, '');
  const wrong = streams.replace('FourCC="H264"', 'FourCC="WVC1"');
  const csm = `<SmoothStreamingMedia MajorVersion="1" Duration="9"><Clip Url="a.ism/Manifest" ClipBegin="0" ClipEnd="15000000">${streams}</Clip><Clip Url="b.ism">${wrong}</Clip><Clip Url="c.ism"/></SmoothStreamingMedia>`;
  const fragment = buildFragment(GOOD);
  answers = (path) => {
    if (path === '/x/t.csm') return { body: csm };
    return path.startsWith('/x/a.ism/QualityLevels') ? { body: fragment } : undefined;
  };
  const { code, out } = await inspect(`${oddUrl}/x/t.csm`);
  expect(out).toContain('it joins 3 clips of other manifests');
  expect(out).toMatch(/Clip\[1\], .*VC-1/);
  expect(out).toMatch(/Clip\[2\], .*404/);
  expect(out).toMatch(/Verdict: plays after repairs/);
  expect(code).toBe(0);
});

test('a protected title tells its keys, and of its licence server no more than the host', async () => {
  const key = { keyId: '380ca5052c67408583770df861c91f64', key: '07'.repeat(16) };
  const inside = protectionElement({ keys: [key], licenceUrl: 'https://keys.example/rights?token=secret' });
  const entries = SAMPLES.map((_, i) => Buffer.concat([u32(0, i)]));
  const piff = uuidBox('a2394f525a9b4f14a2446c427c648df4', u32(0, SAMPLES.length), ...entries);
  const { code, out } = await inspect(serve(manifest({ inside }), { ...GOOD, extra: [piff] }));
  expect(out).toMatch(
    /PlayReady 4\.0\.0\.0 +key 380ca5052c67408583770df861c91f64 +licences at keys\.example/,
  );
  expect(out).toContain('encrypted, key 380ca5052c67408583770df861c91f64');
  expect([code, out]).toEqual([0, expect.stringContaining('Verdict: plays, given a licence for its keys')]);
  expect(out).not.toContain('secret');
});

describe('files', () => {
  test.each([
    ['a server manifest', 'sample.ism', /3 ?|stream video at 57 kbit\/s, 0\.000 s +18413 bytes/],
    ['a client manifest beside it', 'sample.ismc', /stream video at 57 kbit\/s, 0\.000 s +18413 bytes/],
    ['a media file', 'sample_146.ismv', /track 4 +video +avc1 +10000000 ticks per second +15 fragments/],
    ['a file of sound', 'sample_en_10.isma', /track 7 +audio +mp4a/],
  ])('%s', async (_, name, told) => {
    const { code, out } = await inspect(join(SAMPLE, name));
    expect(out).toMatch(told);
    expect(code).toBe(0);
  });

  test('a manifest alone, one fragment alone, and what is neither', async () => {
    const at = (name: string) => join(folder, name);
    await writeFile(at('alone.ismc'), manifest());
    await writeFile(
      at('fragment'),
      buildFragment({ ...GOOD, payload: Buffer.concat([u32(36, 0x65_00_00_00), Buffer.alloc(192)]) }),
    );
    const mdia = box(
      'mdia',
      box('mdhd', u32(0, 0, 0, 1000, 0, 0)),
      box('hdlr', u32(0, 0), Buffer.from('text')),
    );
    const moov = box('moov', box('trak', box('tkhd', u32(0, 0, 0, 7, 0)), mdia));
    await writeFile(at('text.ismt'), Buffer.concat([moov, buildFragment(GOOD)]));
    await writeFile(at('text.txt'), 'hello');
    const alone = await inspect(at('alone.ismc'));
    expect([alone.code, alone.out]).toEqual([0, expect.stringContaining('not available')]);
    const fragment = await inspect(at('fragment'));
    expect([fragment.code, fragment.out]).toEqual([
      0,
      expect.stringMatching(/track 7 +video +no moov[\s\S]*5 samples/),
    ]);
    const captions = await inspect(at('text.ismt'));
    expect([captions.code, captions.out]).toEqual([1, expect.stringContaining('it has only text')]);
    const text = await inspect(at('text.txt'));
    expect([text.code, text.out]).toEqual([1, expect.stringContaining('plain text')]);
  });
});

test('asked wrongly it says how to ask, with exit code 2', async () => {
  for (const args of [
    [],
    ['inspect'],
    ['inspect', 'a', 'b'],
    ['inspect', '--what', 'a'],
    ['cure', 'a'],
    ['replay'],
  ]) {
    const { code, err, out } = await run(...args);
    expect([args, code, out]).toEqual([args, 2, '']);
    expect(err.length).toBeGreaterThan(20);
  }
  const { code, err } = await inspect(join(folder, 'none.ism'));
  expect([code, err]).toEqual([3, expect.stringContaining('no such file')]);
});

test('a file of decisions that is none of ours, or damaged, is told so', async () => {
  const tell = async (content: string) => {
    const path = join(folder, 'diagnostics.json');
    await writeFile(path, content);
    const { code, err } = await run('replay', path);
    expect(code).toBe(3);
    return err;
  };
  expect(await tell('no json')).toContain('it is not JSON');
  expect(await tell('null')).toContain('it has no decisions');
  expect(await tell('{"format":9,"decisions":[]}')).toContain('its format is 9');
  expect(await tell('{"format":1,"decisions":[{"calls":[{"call":"chooseQuality"}]}]}')).toContain('damaged');
});

describe('the corpus', () => {
  if (!existsSync(CORPUS)) console.info('skipped: corpus not present');
  const files = existsSync(CORPUS)
    ? ['manifests', 'fragments'].flatMap((name) =>
        readdirSync(join(CORPUS, name))
          .filter((file) => /\.(?:xml|mp4)$/.test(file))
          .map((file) => join(CORPUS, name, file)),
      )
    : [];
  test.skipIf(files.length === 0)('each of its files gets a verdict', async () => {
    for (const file of files) {
      const { code, out, err } = await inspect(file);
      expect([file, err]).toEqual([file, '']);
      expect(out).toMatch(/\nVerdict: (?:plays|cannot play because)/);
      expect(code).toBe(out.includes('Verdict: cannot') ? 1 : 0);
    }
  });
});
