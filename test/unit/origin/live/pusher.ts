import { readFile } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { textFragment, textHeader } from '../../../../demo/origin/text/ismt.ts';
import { readFragments } from '../read-presentation.ts';

/** A file of the sample, as an encoder would push it. */
export interface PushedTrack {
  /** What goes ahead of the first fragment. */
  readonly header: Buffer;
  /** `moof` and `mdat`, each with its time and duration told. */
  readonly fragments: readonly Buffer[];
  readonly times: readonly bigint[];
  readonly samples: readonly (readonly Uint8Array[])[];
}

export interface TrackFacts {
  readonly kind: 'video' | 'audio' | 'textstream';
  readonly trackId: number;
  readonly bitrate: number;
  readonly params?: Readonly<Record<string, string>>;
}

/** An empty index: nothing more comes. */
export const END_OF_STREAM = Buffer.from([0, 0, 0, 8, ...Buffer.from('mfra')]);

/** Reads a file of one track; `shift` is added to its times, and `before` is announced before it. */
export async function trackOf(
  path: string,
  facts: TrackFacts,
  shift = 0n,
  before: readonly TrackFacts[] = [],
): Promise<PushedTrack> {
  const file = await readFile(path);
  const read = await readFragments(path);
  const moofs: number[] = [];
  let ahead = 0;
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) {
    const type = file.toString('latin1', at + 4, at + 8);
    if (type === 'moof') moofs.push(at);
    if (type === 'moov') ahead = at + file.readUInt32BE(at);
  }
  const ftyp = file.readUInt32BE(0);
  const times = read.map(({ time }) => time + shift);
  return {
    header: Buffer.concat([
      file.subarray(0, ftyp),
      serverManifest([...before, facts]),
      file.subarray(ftyp, ahead),
    ]),
    times,
    samples: read.map(({ samples }) => samples),
    fragments: moofs.map((at, i) => {
      const moof = file.subarray(at, at + file.readUInt32BE(at));
      const mdatAt = at + moof.length;
      const mdat = file.subarray(mdatAt, mdatAt + file.readUInt32BE(mdatAt));
      const duration = (read[i]?.durations ?? []).reduce((sum, ticks) => sum + ticks, 0);
      return Buffer.concat([withTime(moof, times[i] ?? 0n, BigInt(duration)), mdat]);
    }),
  };
}

/** A track of messages, or of documents, as an encoder would push it. */
export function textTrackOf(facts: TrackFacts) {
  const header = textHeader({ kind: 'messages', trackId: facts.trackId, language: 'und' });
  const ftyp = Buffer.from(header).readUInt32BE(0);
  return {
    header: Buffer.concat([header.subarray(0, ftyp), serverManifest([facts]), header.subarray(ftyp)]),
    /** Times in seconds. */
    fragment: (time: number, duration: number, payload: string): Buffer => {
      const [start, length] = [BigInt(time * 1e7), BigInt(duration * 1e7)];
      const bytes = Buffer.from(textFragment(Buffer.from(payload), 1, facts.trackId, length));
      const moof = bytes.subarray(0, bytes.readUInt32BE(0));
      return Buffer.concat([withTime(moof, start, length), bytes.subarray(moof.length)]);
    },
  };
}

function serverManifest(tracks: readonly TrackFacts[]): Buffer {
  const elements = tracks.map(({ kind, trackId, bitrate, params = {} }) => {
    const all = { trackID: `${trackId}`, trackName: kind, ...params };
    const inside = Object.entries(all).map(([name, value]) => `<param name="${name}" value="${value}"/>`);
    return `<${kind} src="Streams" systemBitrate="${bitrate}">${inside.join('')}</${kind}>`;
  });
  const text = `<?xml version="1.0"?><smil><body><switch>${elements.join('')}</switch></body></smil>`;
  return uuidBox('a5d40b30e81411ddba2f0800200c9a66', Buffer.concat([Buffer.alloc(4), Buffer.from(text)]));
}

function uuidBox(id: string, content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(24 + content.length);
  return Buffer.concat([size, Buffer.from('uuid'), Buffer.from(id, 'hex'), content]);
}

/** A `moof` of one `traf` with a `tfxd` at the end of it; its data offset is left as it was, as encoders do. */
function withTime(moof: Buffer, time: bigint, duration: bigint): Buffer {
  const content = Buffer.alloc(20);
  content.writeUInt8(1);
  content.writeBigInt64BE(time, 4);
  content.writeBigUInt64BE(duration, 12);
  const tfxd = uuidBox('6d1d9b0542d544e680e2141daff757b2', content);
  const grown = Buffer.concat([moof, tfxd]);
  const trafAt = grown.indexOf('traf') - 4;
  for (const at of [0, trafAt]) grown.writeUInt32BE(grown.readUInt32BE(at) + tfxd.length, at);
  return grown;
}

/** An encoder's connection. */
export class Pusher {
  readonly #request: ClientRequest;
  readonly #answer: Promise<{ readonly status: number; readonly text: string }>;

  constructor(base: string, path: string, headers: Record<string, string> = {}) {
    const { hostname, port } = new URL(base);
    this.#request = request({ hostname, port, path, method: 'POST', headers, agent: false });
    this.#answer = new Promise((resolve, reject) => {
      this.#request.on('error', reject).on('response', (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() }),
        );
      });
    });
    this.#answer.catch(() => undefined);
  }

  write(...pieces: readonly Buffer[]): void {
    for (const piece of pieces) this.#request.write(piece);
  }

  end(): Promise<{ readonly status: number; readonly text: string }> {
    this.#request.end();
    return this.#answer;
  }

  /** What the server says in the end; rejects when the connection breaks. */
  get answer(): Promise<{ readonly status: number; readonly text: string }> {
    return this.#answer;
  }

  /** Sends the last bytes, and closes the connection without waiting for an answer. */
  hangUp(bytes: Buffer): void {
    this.#request.end(bytes, () => this.#request.destroy());
  }

  /** The connection breaks. */
  break(): void {
    this.#request.destroy();
  }
}

/** Waits for what a push brings about in its own time. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await condition()); await sleep(5))
    if (Date.now() > deadline) throw new Error('It did not come to pass within a minute.');
}
