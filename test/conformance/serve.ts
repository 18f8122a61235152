import type { StaticMount } from '../../demo/origin/static-files.ts';
import type { Asked, Case } from './case.ts';
import { cleanFragments, cleanManifest } from './clean-title.ts';

/** Where each case's title lies. */
export const folderOf = (cases: readonly Case[], one: Case): string => `/case/${cases.indexOf(one)}.ism/`;

/** Every case as a title of its own on an origin, and the clean one beside them. */
export async function mountsOf(
  cases: readonly Case[],
  elsewhere: () => string,
): Promise<readonly StaticMount[]> {
  const manifest = cleanManifest();
  const fragments = await cleanFragments();
  const mount = (at: string, { headers, ...one }: Partial<Case>): StaticMount => ({
    at,
    ...(headers && { headers }),
    from: (path) => {
      const asked = read(path);
      if (path.endsWith('.csm')) return one.composite && Buffer.from(one.composite(manifest));
      if (/^manifest$/i.test(path)) return Buffer.from(one.manifest?.(manifest, elsewhere()) ?? manifest);
      const meant = one.locate ? one.locate(asked) : asked.fragment;
      const clean = meant && fragments(meant);
      return clean && meant && one.fragment ? one.fragment(clean, meant, asked) : clean;
    },
  });
  return [mount('/case/clean.ism/', {}), ...cases.map((one) => mount(folderOf(cases, one), one))];
}

function read(path: string): Asked {
  const [, bitrate, stream = '', time] =
    /^(?:\w+\/)?QualityLevels\((\d+)[^)]*\)\/Fragments\((\w+)=(-?\d+)\)$/.exec(path) ?? [];
  if (bitrate === undefined || time === undefined) return { path };
  return { path, fragment: { stream, bitrate: Number(bitrate), time: BigInt(time) } };
}
