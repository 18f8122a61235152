import { toSeconds } from '../../../src/base/time.ts';
import { fragmentResource } from '../fragment-resource.ts';
import { ratesOfFragments } from '../level-rates.ts';
import type { Library } from '../library.ts';
import { BRIEFLY } from '../resource.ts';
import { fileResource } from '../static-files.ts';
import { routeToFragment, type SmoothTitle } from './smooth-title.ts';

/** A title of a library, as the source of other formats. */
export const libraryTitle = (library: Library, presentation: string): SmoothTitle => ({
  manifest: async () => {
    const file = await library.manifest(presentation);
    return file === undefined
      ? undefined
      : fileResource(file, { contentType: 'text/xml', cacheControl: BRIEFLY });
  },
  fragment: async (place) => {
    const route = routeToFragment(place);
    const found = route && (await library.fragment({ ...route, presentation }));
    return found && fragmentResource(found, place.noun);
  },
  facts: () => ({
    ratesOf: async (stream, level) => {
      const time = stream.chunks.start;
      const route = routeToFragment({ stream, level, time, noun: 'fragments' });
      const sizes = route && (await library.sizesOf({ ...route, presentation }));
      if (!sizes) return undefined;
      return ratesOfFragments(
        [...stream.chunks].flatMap(({ start, duration }) => {
          const bytes = sizes.get(start);
          return bytes === undefined ? [] : [{ bytes, seconds: toSeconds(duration, stream.timescale) }];
        }),
      );
    },
  }),
});
