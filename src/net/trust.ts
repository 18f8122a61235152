/** Which servers may receive what the app provided for its own. */
export interface Trust {
  /** Origins that the app named itself: of the source and its alternatives. Targets of redirects are not included. */
  readonly origins: readonly string[];
  /** Sent to these and to `allowedOrigins` only. */
  readonly headers: HeadersInit | undefined;
}

/** What a request to a URL may contain. */
export interface Privileges {
  readonly isTrusted: boolean;
  readonly credentials: RequestCredentials;
  readonly headers: HeadersInit | undefined;
}

/** The app trusts the origins of the URLs it gave. `urls` are absolute. */
export const trustIn = (urls: readonly string[], headers: HeadersInit | undefined): Trust => ({
  origins: urls.map((url) => new URL(url).origin),
  headers,
});

/** What a request to `url` may contain: requests to untrusted origins have neither the app's headers nor cookies. */
export function privilegesFor(
  url: string,
  { origins, headers }: Trust,
  network: { readonly allowedOrigins: readonly string[]; readonly credentials: RequestCredentials },
): Privileges {
  const { origin } = new URL(url);
  const isTrusted = origins.includes(origin) || network.allowedOrigins.includes(origin);
  const mayCarry = isTrusted || network.credentials === 'omit';
  return {
    isTrusted,
    credentials: mayCarry ? network.credentials : 'same-origin',
    headers: isTrusted ? headers : undefined,
  };
}
