/** Names that tokens go by in paths, in the manner of several delivery networks. */
const SECRET_NAME =
  '[\\w-]*(?:token|hdn[a-z]{2}|hmac|acl|sig|signature|auth|policy|jwt|secret|password|session(?:id)?|ticket)|exp|expires?|key|st|md5|hash';
const IN_PATH = new RegExp(`(?<=[/;,~(&!])(${SECRET_NAME})=[^/;,~)\\s"'<>]*`, 'gi');
const JWT = /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g;
const OPAQUE = /(?<=\/)[\w-]{32,}(?=\/)/g;
const URL_IN_TEXT = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>]+/gi;
/** Templates and paths bring queries along too. */
const QUERY = /\?([^\s"'<>#]*)/g;

/** Text fit for others' eyes: of each URL in it only host and path are left, and of those no tokens. */
export function redactText(text: string): string {
  return text
    .replace(URL_IN_TEXT, redactUrl)
    .replace(QUERY, (_, query: string) => `?${redactQuery(query)}`)
    .replace(JWT, '…');
}

function redactUrl(url: string): string {
  return url
    .replace(/\/\/[^/@?#]*@/, '//…@')
    .replace(/#.+$/s, '#…')
    .replace(IN_PATH, '$1=…')
    .replace(OPAQUE, (segment) => (isOpaque(segment) ? '…' : segment));
}

/** Names tell what was there; a value without a name may be the token itself. */
const redactQuery = (query: string): string =>
  query
    .split('&')
    .map((part) => (part === '' ? '' : part.includes('=') ? `${part.slice(0, part.indexOf('='))}=…` : '…'))
    .join('&');

/** Looks drawn by lot and not named by people; GUIDs name assets. */
function isOpaque(segment: string): boolean {
  if (/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(segment)) return false;
  const isHex = /^[\da-f]+$/i.test(segment);
  const isMixed = /\d/.test(segment) && /[a-z]/.test(segment) && /[A-Z]/.test(segment);
  return isHex || (isMixed && !/[a-z]{8}|[A-Z]{8}/.test(segment));
}
