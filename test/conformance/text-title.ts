import type { StaticMount } from '../../demo/origin/static-files.ts';
import { cleanFragments, cleanManifest, longer } from './clean-title.ts';
import { stream, type TextCase } from './text-case.ts';

/** The clean title with the text stream of a case. */
export function manifestOf({ stream: own = stream(), isLong }: Pick<TextCase, 'stream' | 'isLong'>): string {
  const clean = isLong ? longer(cleanManifest()) : cleanManifest();
  return clean.replace('</Smooth', `${own}</Smooth`);
}

/** Streams may count in milliseconds. */
const secondOf = ({ stream: own = '' }: TextCase, time: number): number =>
  time / (own.includes('TimeScale="1000"') ? 1000 : 10_000_000);

/** Serves the title of each case under `/text/INDEX.ism/`. */
export async function mountsOf(cases: readonly TextCase[]): Promise<readonly StaticMount[]> {
  const media = await cleanFragments();
  return cases.map((one, index) => ({
    at: `/text/${index}.ism/`,
    from: (path) => {
      if (path === 'Manifest') return Buffer.from(manifestOf(one));
      const [, bitrate, name = '', time] =
        /^QualityLevels\((\d+)\)\/Fragments\((\w+)=(\d+)\)$/.exec(path) ?? [];
      if (time === undefined) return undefined;
      if (name !== 'text_en') return media({ stream: name, bitrate: Number(bitrate), time: BigInt(time) });
      return one.fragment?.(2 * Math.floor(secondOf(one, Number(time)) / 2));
    },
  }));
}
