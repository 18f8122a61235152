// The pages of the documentation, in the order of the navigation. `source` is relative to the project.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../install.mjs';

const decisions = readdirSync(join(ROOT, 'docs/decisions')).map((file) => ({
  path: `decisions/${file.replace('.md', '')}`,
}));

export const SECTIONS = [
  {
    name: 'Begin',
    pages: [{ path: 'index' }, { path: 'start' }, { path: 'plays' }],
  },
  {
    name: 'Recipes',
    pages: [
      'bundlers',
      'frameworks',
      'media-chrome',
      'styling',
      'languages',
      'captions',
      'previews',
      'live',
      'drm',
      'tokens',
      'csp',
      'clips',
      'offline',
      'steering',
      'cmcd',
      'heuristics',
    ].map((name) => ({ path: `recipes/${name}` })),
  },
  {
    name: 'Reference',
    pages: [
      { path: 'reference/elements', source: 'docs/reference/elements.md', generate: 'elements' },
      { path: 'reference/api', source: 'docs/reference/api.md', generate: 'api' },
      { path: 'reference/options' },
      { path: 'reference/keys', source: 'docs/reference/keys.md', generate: 'keys' },
      { path: 'reference/errors', source: 'docs/reference/errors.md', generate: 'errors' },
      { path: 'reference/failures' },
    ],
  },
  {
    name: 'For operators',
    pages: [
      { path: 'operators/serving' },
      { path: 'operators/doctor' },
      { path: 'operators/publishing', source: 'demo/README.md' },
      { path: 'operators/hosting', source: 'demo/hosting.md' },
    ],
  },
  {
    name: 'Coming from',
    pages: ['silverlight', 'azure-media-player', 'hasplayer', 'dashjs', 'rxplayer', 'shaka'].map((name) => ({
      path: `migration/${name}`,
    })),
  },
  {
    name: 'The project',
    pages: [
      { path: 'project/comparison' },
      { path: 'project/engines' },
      { path: 'project/development' },
      { path: 'project/architecture', source: 'src/README.md' },
      { path: 'project/changes', source: 'CHANGELOG.md' },
      ...decisions,
    ],
  },
];

/** What is copied, from the project to the documentation. */
export const OTHER_FILES = {
  'tools/docs/docs.css': 'docs.css',
  'tools/docs/docs.js': 'docs.js',
  'dist/cdn': 'player',
  'bench/results.svg': 'results.svg',
  'docs/player.jpg': 'player.jpg',
  'docs/looks.jpg': 'looks.jpg',
};
