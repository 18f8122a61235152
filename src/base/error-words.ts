export { ERROR_HINTS } from './error-hints.ts';
export { VIEWER_WORDS } from './viewer-words.ts';
