import { createOrigin, type Origin } from './origin/server.ts';

export interface DemoOptions {
  readonly port: number;
  readonly host: string;
  /** Folder of titles. */
  readonly presentations: string;
}

/** What the page may load: its own files, and media from anywhere. uPlot and Lit comply. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  'media-src blob:',
  "img-src 'self' data:",
  'connect-src *',
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

/** The path of the channel that needs no encoder. */
const CHANNEL_PATH = '/live/channel.isml';

/** The publishing point for encoders, and its archive folder. */
const EVENT_PATH = '/live/event.isml';
const ARCHIVE = 'archive';

/** An origin with the demo page and the built library. */
export function createDemo(presentations: string): Origin {
  return createOrigin({
    control: true,
    presentations: { '/presentations': presentations, '/archive': ARCHIVE },
    live: [{ path: CHANNEL_PATH, source: 'demo/sample/sample.ism', epoch: 'unix', windowSeconds: 120 }],
    publish: [{ path: EVENT_PATH, archive: ARCHIVE, windowSeconds: 600 }],
    files: [
      { at: '/dist/', from: 'dist' },
      { at: '/docs/', from: 'build/docs', headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY } },
      { at: '/docs', from: (path) => (path === '' ? 'tools/docs/to-docs.html' : undefined) },
      { at: '/', from: 'build/page', headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY } },
    ],
  });
}

/** Serves the demo, on the next free port if the given one is in use; returns its URL. */
export async function serveDemo({ port, host, presentations }: DemoOptions): Promise<string> {
  for (let tried = 0; ; tried += 1) {
    try {
      return `${await createDemo(presentations).listen(port + tried, host)}/`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tried >= 20) throw error;
    }
  }
}
