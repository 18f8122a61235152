import { join } from 'node:path';
import { CONF, type Nginx, startNginx } from './nginx.ts';

/** Starts nginx in front of two origins, with `pair.conf`. */
export const startPairEdge = (one: string, other: string): Promise<Nginx> =>
  startNginx(join(CONF, 'pair.conf'), 'listen 8090;', [
    ['server 127.0.0.1:8080 ', `server ${new URL(one).host} `],
    ['server 127.0.0.1:8081 ', `server ${new URL(other).host} `],
  ]);

/** Starts nginx as a cache in front of an origin, with `nginx.conf`. */
export const startEdge = (originUrl: string): Promise<Nginx> =>
  startNginx(join(CONF, 'nginx.conf'), 'listen 8090;', [
    ['server 127.0.0.1:8080;', `server ${new URL(originUrl).host};`],
  ]);
