// Gives attributes in custom-elements.json the types of what is written in HTML, as `@attr` says, instead of those of their properties.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

const MANIFEST = join(ROOT, 'custom-elements.json');
const SOURCES = join(ROOT, 'src/ui');

/** Types by the attribute's name. Elements that share an attribute agree on it. */
function documentedTypes() {
  const files = readdirSync(SOURCES, { recursive: true }).filter((name) => name.endsWith('.ts'));
  const text = files.map((name) => readFileSync(join(SOURCES, name), 'utf8')).join('\n');
  return new Map([...text.matchAll(/@attr \{([^}]+)\} ([\w-]+)/g)].map(([, type, name]) => [name, type]));
}

export function writeAttributeTypes() {
  const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const types = documentedTypes();
  const attributes = manifest.modules
    .flatMap(({ declarations = [] }) => declarations)
    .flatMap((declaration) => declaration.attributes ?? []);
  for (const attribute of attributes) {
    const type = types.get(attribute.name);
    if (type) attribute.type = { text: type.replaceAll('|', ' | ') };
    // `null` and the like are of the property.
    if (!/^'.+'$/.test(attribute.default ?? '')) delete attribute.default;
  }
  writeFileSync(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
}
