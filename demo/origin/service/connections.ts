import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { OriginLimits } from './limits.ts';

/** Counts the connections of a server. Those beyond the viewers' share are for encoders and monitoring. */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #surplus = new WeakSet<Socket>();

  constructor(server: Server, { connections, reservedConnections }: OriginLimits) {
    server.maxConnections = connections + reservedConnections;
    server.on('connection', (socket) => {
      this.#open.add(socket);
      if (this.#open.size > connections) this.#surplus.add(socket);
      socket.on('close', () => this.#open.delete(socket));
    });
  }

  get count(): number {
    return this.#open.size;
  }

  /** Whether a connection was opened when viewers had used up their share. */
  isSurplus(socket: Socket): boolean {
    return this.#surplus.has(socket);
  }
}
