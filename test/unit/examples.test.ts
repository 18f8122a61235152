import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'examples');
const names = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'index.html')));
const read = (...path: string[]) => readFileSync(join(FOLDER, ...path), 'utf8');

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const readPackage = (text: string): PackageJson => JSON.parse(text);
const root = readPackage(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const VERSIONS = { ...root.dependencies, ...root.devDependencies, [root.name]: root.version };

test.each(names)('%s is listed, and says how it is started', (name) => {
  expect(read('README.md')).toContain(`| [\`${name}\`](${name}) |`);
  expect(read(name, 'README.md')).toContain(`npm run example -- ${name}`);
});

test.each(names.filter((name) => existsSync(join(FOLDER, name, 'package.json'))))(
  '%s asks for the versions that it is tested with',
  (name) => {
    const { dependencies, devDependencies } = readPackage(read(name, 'package.json'));
    for (const [dependency, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(version, dependency).toBe(VERSIONS[dependency]);
    expect(dependencies).toHaveProperty(root.name);
  },
);
