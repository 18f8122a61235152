import type { ServerResponse } from 'node:http';
import type { Channels } from '../live/channels.ts';
import type { Connections } from './connections.ts';
import { type Gauge, type Metrics, processGauges } from './metrics.ts';

/**
 * `/healthz`: 503 while the server shuts down or a publishing point is not ready for viewers. Problems that viewers
 * don't notice, such as a full disk, are reported with status 200.
 */
export function answerHealth(response: ServerResponse, live: Channels, isDraining: boolean): void {
  const points = live.points.map((point) => point.health());
  const isReady = !isDraining && points.every(({ isReady }) => isReady);
  const status = isDraining ? 'shutting down' : isReady ? 'ok' : 'not ready';
  const body = JSON.stringify({
    status,
    publishing: points.map(({ path, state, problem }) => ({ path, state, problem })),
  });
  response.writeHead(isReady ? 200 : 503, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

interface Measured {
  readonly live: Channels;
  readonly connections: Connections;
  readonly version: string;
}

/** `/metrics`, for Prometheus. */
export function answerMetrics(
  response: ServerResponse,
  metrics: Metrics,
  { live, connections, version }: Measured,
): void {
  const body = metrics.text([
    {
      name: 'connections',
      type: 'gauge',
      help: 'Open connections.',
      samples: [{ value: connections.count }],
    },
    ...publishGauges(live),
    ...processGauges(version),
  ]);
  response.writeHead(200, {
    'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function publishGauges(live: Channels): readonly Gauge[] {
  const all = live.points.map((point) => ({ title: point.path, figures: point.figures() }));
  const perTitle = (
    name: string,
    type: Gauge['type'],
    help: string,
    read: (figures: (typeof all)[number]['figures']) => number | undefined,
  ): Gauge => ({
    name,
    type,
    help,
    samples: all.flatMap(({ title, figures }) => {
      const value = read(figures);
      return value === undefined ? [] : [{ labels: { title }, value }];
    }),
  });
  if (all.length === 0) return [];
  return [
    perTitle('ingest_connections', 'gauge', 'Encoders that are pushing.', ({ pushes }) => pushes),
    perTitle('ingest_bytes_total', 'counter', 'Bytes of fragments received.', ({ bytes }) => bytes),
    perTitle('ingest_fragments_total', 'counter', 'Fragments received.', ({ fragments }) => fragments),
    perTitle(
      'ingest_duplicates_total',
      'counter',
      'Fragments that were already there.',
      ({ duplicates }) => duplicates,
    ),
    perTitle(
      'live_edge_seconds',
      'gauge',
      "End of the newest fragment, on the title's own clock.",
      ({ edgeSeconds }) => edgeSeconds,
    ),
    perTitle(
      'ingest_last_fragment_timestamp_seconds',
      'gauge',
      'When the newest fragment arrived, since 1970.',
      ({ lastArrivalSeconds }) => lastArrivalSeconds,
    ),
    perTitle(
      'peer_fragments_total',
      'counter',
      'Fragments fetched from other origins.',
      ({ fromPeers }) => fromPeers,
    ),
    perTitle('archive_bytes', 'gauge', 'Bytes in the archive folder.', ({ archiveBytes }) => archiveBytes),
    perTitle(
      'archive_failed',
      'gauge',
      'Whether the event is no longer archived: the disk is full or its quota exceeded.',
      ({ hasFailed }) => (hasFailed ? 1 : 0),
    ),
    perTitle(
      'archive_sync_seconds_total',
      'counter',
      'Time spent on syncing fragments to disk.',
      ({ syncSeconds }) => syncSeconds,
    ),
    perTitle('archive_syncs_total', 'counter', 'Number of syncs.', ({ syncs }) => syncs),
  ];
}
