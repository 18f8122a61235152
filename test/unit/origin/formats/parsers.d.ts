declare module 'm3u8-parser' {
  export interface ParsedSegment {
    readonly uri: string;
    readonly duration: number;
    readonly programDateTime?: number;
  }
  export interface ParsedVariant {
    readonly uri: string;
    readonly attributes: {
      readonly BANDWIDTH: number;
      readonly 'AVERAGE-BANDWIDTH': number;
      readonly CODECS?: string;
      readonly AUDIO?: string;
      readonly SUBTITLES?: string;
    };
  }
  export interface ParsedRendition {
    readonly language?: string;
    readonly default: boolean;
    readonly uri: string;
  }
  type Group = Readonly<Record<string, Readonly<Record<string, ParsedRendition>>>>;
  export interface ParsedHls {
    readonly segments: readonly ParsedSegment[];
    readonly playlists: readonly ParsedVariant[];
    readonly iFramePlaylists: readonly ParsedVariant[];
    readonly mediaGroups: { readonly AUDIO: Group; readonly SUBTITLES: Group };
    readonly targetDuration: number;
    readonly mediaSequence: number;
    readonly endList?: boolean;
    readonly playlistType?: string;
    readonly version: number;
    readonly dateRanges: readonly unknown[];
  }
  export class Parser {
    readonly manifest: ParsedHls;
    push(text: string): void;
    end(): void;
  }
}

declare module 'mpd-parser' {
  export interface ParsedMpdPlaylist {
    readonly attributes: { readonly BANDWIDTH: number };
    readonly segments: readonly { readonly resolvedUri: string; readonly duration: number }[];
  }
  type Groups = Readonly<
    Record<string, Readonly<Record<string, { readonly playlists: readonly ParsedMpdPlaylist[] }>>>
  >;
  export interface ParsedMpd {
    readonly playlists: readonly ParsedMpdPlaylist[];
    readonly mediaGroups: { readonly AUDIO: Groups };
    readonly duration: number;
  }
  export function parse(text: string, options: { readonly manifestUri: string }): ParsedMpd;
}
