/** A peer's request to a publishing point. */
export type PeerRequest = { readonly title: string } & (
  | { readonly kind: 'state' }
  | {
      readonly kind: 'fragment';
      readonly stream: string;
      readonly bitrate: number;
      /** `init`: the boxes before the first fragment. */
      readonly time: bigint | 'init';
    }
);

const STATE = /^(.+\.isml?)\/manifest\(format=state\)$/i;
const FRAGMENT = /^(.+\.isml?)\/qualitylevels\((\d{1,15})\)\/fragments\((.+)=(\d{1,20}|i),format=archive\)$/i;

/** Parses a decoded path; `undefined` if it is something else. */
export function readPeerRequest(path: string): PeerRequest | undefined {
  const [, stateOf] = STATE.exec(path) ?? [];
  if (stateOf !== undefined) return { title: stateOf, kind: 'state' };
  const [, title, bitrate, stream, time = ''] = FRAGMENT.exec(path) ?? [];
  if (title === undefined || stream === undefined) return undefined;
  const at = time.toLowerCase() === 'i' ? 'init' : BigInt(time);
  return { title, kind: 'fragment', stream, bitrate: Number(bitrate), time: at };
}
