/** A splice of SCTE-35, on the clock of the playlists. */
export interface SpliceEvent {
  /** The same at every origin, for as long as the event is told. */
  readonly id: string;
  readonly kind: 'out' | 'in' | 'other';
  /** Seconds. */
  readonly start: number;
  /** Seconds; 0: not known. */
  readonly duration: number;
  /** The whole `splice_info_section`. */
  readonly section: Uint8Array;
}

export interface Chapter {
  /** Seconds. */
  readonly start: number;
  readonly title: string;
}
