/** Who may see what the app gave for its own servers. */
export interface Trust {
  /** Origins that the app named itself: of the source and its alternatives. Where a redirect leads is not among them. */
  readonly origins: readonly string[];
  /** Sent to these, and to `allowedOrigins`, and to nobody else. */
  readonly headers: HeadersInit | undefined;
}

/** What a request to a URL may carry. */
export interface Privileges {
  readonly isTrusted: boolean;
  readonly credentials: RequestCredentials;
  readonly headers: HeadersInit | undefined;
}

/** The app trusts the origins of what it asked for itself. `urls` are absolute. */
export const trustIn = (urls: readonly string[], headers: HeadersInit | undefined): Trust => ({
  origins: urls.map((url) => new URL(url).origin),
  headers,
});

/** What a request to `url` may carry: to origins that nobody vouched for neither headers nor cookies of theirs. */
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
