/** A SCTE-35 splice, on the clock of the playlists. */
export interface SpliceEvent {
  /** The same at every origin, as long as the event is listed. */
  readonly id: string;
  readonly kind: 'out' | 'in' | 'other';
  /** Seconds. */
  readonly start: number;
  /** Seconds; 0: unknown. */
  readonly duration: number;
  /** The whole `splice_info_section`. */
  readonly section: Uint8Array;
}

export interface Chapter {
  /** Seconds. */
  readonly start: number;
  readonly title: string;
}
