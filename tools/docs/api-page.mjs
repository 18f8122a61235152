// The reference of the JavaScript API, from the declarations of the build by way of API Extractor.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractApi } from '../extract-api.mjs';

const ENTRIES = {
  index: 'smooth-player',
  element: 'smooth-player/element',
  transcript: 'smooth-player/transcript',
};
const KINDS = {
  Class: 'class',
  Interface: 'interface',
  Function: 'function',
  Variable: 'constant',
  TypeAlias: 'type',
};

/** The model of one entry: its exports with their comments. */
function modelOf(entry, folder) {
  const apiJsonFilePath = join(folder, `${entry}.json`);
  extractApi(entry, { docModel: { enabled: true, apiJsonFilePath } });
  return JSON.parse(readFileSync(apiJsonFilePath, 'utf8')).members[0].members;
}

const commentOf = ({ docComment = '' }) =>
  docComment
    .replaceAll(/^\/\*\*|\*\/\s*$/g, '')
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    // What API Extractor says of constructors without a comment.
    .replace(/^Constructs a new instance of the `\w+` class$/, '')
    .replaceAll(/(`[^`]*`)|</g, (_, inCode) => inCode ?? '&lt;');
const signatureOf = ({ excerptTokens = [] }) =>
  excerptTokens
    .map(({ text }) => text)
    .join('')
    .replace(/^export (?:declare )?/, '');

function memberRow(member) {
  const signature = signatureOf(member).replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('`', '');
  return `| \`${signature}\` | ${commentOf(member).replaceAll('|', '\\|')} |`;
}

function section(member) {
  const lines = [`### ${member.name}`, `*${KINDS[member.kind] ?? member.kind}.* ${commentOf(member)}`];
  const shown = (member.members ?? []).filter(({ isProtected }) => !isProtected);
  if (shown.length > 0) lines.push(['| member | |', '| --- | --- |', ...shown.map(memberRow)].join('\n'));
  else lines.push(`\`\`\`ts\n${signatureOf(member)}\n\`\`\``);
  return lines.join('\n\n');
}

export function apiPage() {
  const folder = mkdtempSync(join(tmpdir(), 'docs-api-'));
  try {
    const seen = new Set();
    const parts = Object.entries(ENTRIES).map(([entry, name]) => {
      const order = Object.keys(KINDS);
      const members = modelOf(entry, folder)
        .filter((member) => KINDS[member.kind] && !seen.has(member.name))
        .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name));
      for (const { name: own } of members) seen.add(own);
      return `## ${name}\n\n${members.map(section).join('\n\n')}`;
    });
    return `# JavaScript API

All that the package exports, generated from the comments in its declarations. The elements have [a page of their own](elements.md).

${parts.join('\n\n')}
`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
