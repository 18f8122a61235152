// Names of pages in the navigation: the first heading of the source, or a shorter one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../install.mjs';

const GENERATED = { elements: 'Elements', api: 'JavaScript API', errors: 'Error codes', keys: 'Keys' };
const SHORT = {
  index: 'Overview',
  'recipes/media-chrome': 'media-chrome',
  'recipes/captions': 'Captions and events',
  'recipes/previews': 'Previews and frames',
  'recipes/steering': 'Content steering',
  'operators/publishing': 'Packager and origin',
  'operators/hosting': 'Hosting files',
  'project/architecture': 'Architecture',
};

export function titleOf({ path, source = `docs/${path}.md`, generate }) {
  if (generate) return GENERATED[generate];
  if (SHORT[path]) return SHORT[path];
  return /^# (.*)$/m.exec(readFileSync(join(ROOT, source), 'utf8'))?.[1].replaceAll('`', '') ?? path;
}
