import { decodeText } from '../../src/base/bytes.ts';
import { XmlReader } from '../../src/base/xml.ts';

/** A track of a title on disk: a bitrate of a stream, and its file. */
export interface ServedTrack {
  readonly kind: 'video' | 'audio' | 'text';
  /** As in `Fragments(name=…)`. */
  readonly name: string;
  readonly bitrate: number;
  readonly trackId: number;
  /** Relative to the server manifest. */
  readonly src: string;
  /** Every `param`, by its name in lower case: custom attributes are written as `{namespace}_{name}`. */
  readonly params: ReadonlyMap<string, string>;
}

export interface ServerManifest {
  /** Relative to the server manifest; `undefined` if unknown. */
  readonly clientManifest: string | undefined;
  readonly tracks: readonly ServedTrack[];
}

const KINDS = { video: 'video', audio: 'audio', textstream: 'text' } as const;
type Element = keyof typeof KINDS;

/** Reads an `.ism`: SMIL, in any encoding, with case-insensitive names. */
export function readServerManifest(bytes: Uint8Array): ServerManifest {
  const reader = new XmlReader(
    decodeText(bytes),
    (failure) => new Error(`not a server manifest: ${failure.kind}`),
  );
  let clientManifest: string | undefined;
  const tracks: ServedTrack[] = [];
  let params = new Map<string, string>();
  let open: { kind: Element; attributes: ReadonlyMap<string, string> } | undefined;
  for (let event = reader.next(); event !== 'end'; event = reader.next()) {
    const name = reader.name.toLowerCase();
    if (event === 'open') {
      const attributes = lowerCased(reader.attributes());
      if (name === 'meta' && isClientManifestPath(attributes.get('name'))) {
        clientManifest = attributes.get('content');
      } else if (name === 'param') {
        params.set((attributes.get('name') ?? '').toLowerCase(), attributes.get('value') ?? '');
      } else if (isTrackElement(name)) {
        open = { kind: name, attributes };
        params = new Map();
      }
    } else if (event === 'close' && open && name === open.kind) {
      tracks.push(trackOf(open.kind, open.attributes, params));
      open = undefined;
    }
  }
  return { clientManifest, tracks };
}

/** Documentation misspells it, and files do too. */
const isClientManifestPath = (name = '') => /^clientman(if|fi)est(relative)?path$/i.test(name);

const isTrackElement = (name: string): name is Element => Object.hasOwn(KINDS, name);

function trackOf(
  kind: Element,
  attributes: ReadonlyMap<string, string>,
  params: ReadonlyMap<string, string>,
): ServedTrack {
  return {
    kind: KINDS[kind],
    name: params.get('trackname') ?? kind,
    bitrate: Number(attributes.get('systembitrate') ?? 0),
    trackId: Number(params.get('trackid') ?? 1),
    src: attributes.get('src') ?? '',
    params,
  };
}

const lowerCased = (attributes: ReadonlyMap<string, string>) =>
  new Map([...attributes].map(([name, value]) => [name.toLowerCase(), value]));
