/** The MIME type of HLS in browsers that play it. */
const HLS = 'application/vnd.apple.mpegurl';

/** The required interface of an element with a title's URL and `<source>` children. */
interface SourceHost extends HTMLElement {
  readonly src: string;
}

/**
 * The same title in a format that this browser plays without MediaSource: the first `<source>` child that it can play,
 * or else the HLS that an origin provides.
 */
export function nativeUrl(host: SourceHost, video: HTMLVideoElement): string | undefined {
  const [first] = playableSources(host, video);
  if (first) return first.src;
  return video.canPlayType(HLS) === '' ? undefined : hlsUrlOf(host.src);
}

/** The `<source>` children that this browser can play natively, in document order. */
export function playableSources(host: HTMLElement, video: HTMLVideoElement): readonly HTMLSourceElement[] {
  return [...host.children].filter(
    (child) =>
      child instanceof HTMLSourceElement && child.src !== '' && video.canPlayType(child.type || HLS) !== '',
  ) as HTMLSourceElement[];
}

/** The HLS URL of a title at origins with dynamic packaging: `Manifest(format=m3u8-cmaf)`. */
export function hlsUrlOf(manifest: string): string | undefined {
  if (!URL.canParse(manifest)) return undefined;
  const url = new URL(manifest);
  const [, title, parameters = ''] = /^(.*\.isml?)\/manifest(?:\(([^()]*)\))?$/i.exec(url.pathname) ?? [];
  if (title === undefined || /(?:^|,)(?:\s|%20)*format(?:\s|%20)*=/i.test(parameters)) return undefined;
  const given = parameters === '' ? '' : `${parameters},`;
  url.pathname = `${title}/Manifest(${given}format=m3u8-cmaf)`;
  return url.href;
}
