import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exportTitle } from '../export/export-title.ts';
import { libraryTitle } from '../origin/formats/library-title.ts';
import { Library } from '../origin/library.ts';
import { startEdge } from './edge.ts';
import { CONF, type Nginx, startNginx } from './nginx.ts';

/** The servers of the same fragments that are compared. */
export interface LoadTargets {
  readonly files: Nginx;
  readonly cache: Nginx;
  /** Paths of the fragments of a level, smooth and as CMAF. */
  readonly smooth: readonly string[];
  readonly cmaf: readonly string[];
  close(): Promise<void>;
}

/** Writes a title as plain files into a folder, and starts nginx on them and in front of an origin. */
export async function startTargets(
  ism: { readonly folder: string; readonly name: string; readonly bitrate: number },
  out: string,
  originUrl: string,
): Promise<LoadTargets> {
  const { folder, name, bitrate } = ism;
  await exportTitle(
    {
      title: libraryTitle(new Library(folder), `/${name}.ism`),
      out: join(out, `${name}.ism`),
      formats: ['hls', 'smooth'],
      plainNames: false,
      filter: new Map([['bitrate', `${bitrate}`]]),
      mayOverwrite: true,
      parallel: 4,
      progress: () => {},
    },
    new AbortController().signal,
  );
  const conf = join(CONF, '../hosting/nginx.conf');
  const files = await startNginx(conf, 'listen 8091;', [['root /srv/titles;', `root ${out};`]]);
  const cache = await startEdge(originUrl);
  const level = `${name}.ism/QualityLevels(${bitrate})`;
  const names = (await readdir(join(out, level))).filter((one) => one.startsWith('Fragments('));
  const paths = (isCmaf: boolean) =>
    names
      .filter((one) => one.endsWith('.m4s') === isCmaf && !one.endsWith('.mp4'))
      .map((one) => `/${level}/${one}`);
  return {
    files,
    cache,
    smooth: paths(false),
    cmaf: paths(true),
    close: async () => {
      await files.close();
      await cache.close();
    },
  };
}
