// Data for editors, from custom-elements.json: VS Code's custom data and JetBrains' web-types.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration';
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration';
import { ROOT } from './install.mjs';

/** Elements that pages write; the others are parts of them. */
const TAGS = ['smooth-player', 'smooth-video', 'smooth-transcript'];

export function writeEditorData() {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'custom-elements.json'), 'utf8'));
  const parts = manifest.modules
    .flatMap(({ declarations = [] }) => declarations)
    .filter(({ tagName }) => tagName && !TAGS.includes(tagName))
    .map(({ name }) => name);
  const options = { outdir: ROOT, exclude: parts, hideLogs: true };
  // They report success in spite of the option.
  const { log } = console;
  console.log = () => {};
  try {
    generateVsCodeCustomElementData(manifest, {
      ...options,
      htmlFileName: 'vscode.html-custom-data.json',
      cssFileName: 'vscode.css-custom-data.json',
    });
    generateJetBrainsWebTypes(manifest, {
      ...options,
      webTypesFileName: 'web-types.json',
      packageJson: false,
    });
  } finally {
    console.log = log;
  }
}
