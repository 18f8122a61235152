/** Replaces everything that was removed. */
const GONE = '…';

/** A word of a text ends at white space, quotes and angle brackets, as URLs in texts do. */
const WORD = /[^\s"'<>]+/g;
/** The rest of longer texts is cut off. */
const LONGEST_TEXT = 65_536;

/** No server accepts longer URLs; the rest of longer ones is cut off. */
const LONGEST_URL = 4096;

/** Names of token parameters in paths, as several CDNs use them: the whole name, or the end of a longer one. */
const SECRET_NAME =
  /(?:token|hdn[a-z]{2}|hmac|acl|sig|signature|auth|policy|jwt|secret|password|session(?:id)?|ticket)$|^(?:exp|expires?|key|st|md5|hash)$/i;
/** No parameter has a longer name; a longer one may be the token itself. */
const LONGEST_NAME = 64;
/** Separators of parameters in a path. */
const BETWEEN_PARAMETERS = /[/;,~(&!]/;
const BEHIND_VALUE = /[/;,~)]/;

const LEAST_OPAQUE = 32;

/**
 * Redacts text for logs and reports: URLs and paths keep hosts, paths and parameter names, and lose credentials,
 * values, fragments and anything that looks like a token.
 */
export function redactText(text: string): string {
  if (text.length > LONGEST_TEXT) return redactText(text.slice(0, LONGEST_TEXT)) + GONE;
  return text.replace(WORD, redactUrl);
}

/** The same for text that is known to be a URL, whatever characters it contains. */
export function redactUrl(url: string): string {
  if (url.length > LONGEST_URL) return redactUrl(url.slice(0, LONGEST_URL)) + GONE;
  const query = url.indexOf('?');
  if (query < 0 && !url.includes('/')) return withoutJwt(url);
  const hash = url.indexOf('#');
  const end = hash < 0 ? url.length : hash;
  const hasQuery = query >= 0 && query < end;
  const shown = redactPath(url.slice(0, hasQuery ? query : end));
  const search = hasQuery ? `?${redactQuery(url.slice(query + 1, end))}` : '';
  // A lone "#" is not secret.
  return withoutJwt(shown + search) + (hash < 0 ? '' : hash === url.length - 1 ? '#' : `#${GONE}`);
}

/** Redacts the strings of any plain value; a property named `url` is treated as a URL. */
export function redactValue(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return name === 'url' ? redactUrl(value) : redactText(value);
  if (Array.isArray(value)) return value.map((entry) => redactValue(entry));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([own, entry]) => [own, redactValue(entry, own)]));
}

/** Segment by segment, and parameter by parameter within them. What follows `//` is an authority, also for a URL within a path. */
function redactPath(path: string): string {
  const segments = path.split('/');
  return segments
    .map((segment, i) => {
      const at = i > 0 && segments[i - 1] === '' ? segment.lastIndexOf('@') : -1;
      if (at >= 0) return GONE + segment.slice(at);
      const isInside = i > 0 && i < segments.length - 1;
      return isInside && isOpaque(segment) ? GONE : redactParameters(segment);
    })
    .join('/');
}

function redactParameters(segment: string): string {
  if (!segment.includes('=')) return segment;
  let text = '';
  let from = 0;
  for (let equals = segment.indexOf('='); equals >= 0; equals = segment.indexOf('=', from)) {
    const name = lastName(segment.slice(Math.max(from, equals - LONGEST_NAME), equals));
    const before = segment[equals - name.length - 1];
    const isParameter = before === undefined || BETWEEN_PARAMETERS.test(before);
    text += segment.slice(from, equals + 1);
    from = equals + 1;
    if (!isParameter || name === '' || !SECRET_NAME.test(name)) continue;
    while (from < segment.length && !BEHIND_VALUE.test(segment[from] ?? '')) from++;
    text += GONE;
  }
  return text + segment.slice(from);
}

/** Keeps the names; a value without a name may be the token itself. */
const redactQuery = (query: string): string =>
  query
    .split('&')
    .map((part) => {
      const equals = part.indexOf('=');
      if (part === '') return '';
      return equals < 0 || equals > LONGEST_NAME ? GONE : `${part.slice(0, equals)}=${GONE}`;
    })
    .join('&');

/** The name at the end of a text. */
function lastName(text: string): string {
  let at = text.length;
  while (at > 0 && /[\w.+-]/.test(text[at - 1] ?? '')) at--;
  return text.slice(at);
}

/** JSON Web Tokens: two or three base64 parts separated by dots, the first of which encodes an object. RFC 7519. */
function withoutJwt(text: string): string {
  if (!text.includes('eyJ')) return text;
  const stretches = text.split(/([^\w-])/);
  for (let i = 0; i + 2 < stretches.length; i += 2) {
    const [head = '', dot, body = ''] = stretches.slice(i, i + 3);
    const at = head.indexOf('eyJ');
    if (at < 0 || dot !== '.' || body === '' || head.length < at + 11) continue;
    stretches[i] = head.slice(0, at) + GONE;
    stretches[i + 1] = stretches[i + 2] = '';
    if (stretches[i + 3] === '.') stretches[i + 3] = stretches[i + 4] = '';
  }
  return stretches.join('');
}

/** Whether a segment looks random rather than named by people; GUIDs name assets and are kept. */
function isOpaque(segment: string): boolean {
  if (segment.length < LEAST_OPAQUE || !/^[\w-]+$/.test(segment)) return false;
  if (/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(segment)) return false;
  const isHex = /^[\da-f]+$/i.test(segment);
  const isMixed = /\d/.test(segment) && /[a-z]/.test(segment) && /[A-Z]/.test(segment);
  return isHex || (isMixed && !/[a-z]{8}|[A-Z]{8}/.test(segment));
}
