// The single-file builds: the whole library, elements registered.
export * from './element.ts';
export * from './index.ts';
export * from './transcript.ts';
