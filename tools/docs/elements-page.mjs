// The reference of the elements, from custom-elements.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../install.mjs';

const TAGS = ['smooth-player', 'smooth-video', 'smooth-transcript'];
/** Reactive lifecycle of Lit, and callbacks of custom elements. */
const INTERNAL =
  /^(?:_|#)|^(?:render|update|updated|willUpdate|firstUpdated|connectedCallback|disconnectedCallback|attributeChangedCallback|adoptedCallback|scheduleUpdate|createRenderRoot|mirror|adopts|showStates|states|canvas|cueRenderer|preferredText|observedAttributes|styles)$/;

/** `<` is escaped outside of code only. */
const cell = (text) =>
  (text ?? '')
    .replaceAll('|', '\\|')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(`[^`]*`)|</g, (_, inCode) => inCode ?? '&lt;');
const code = (text) => (text ? `\`${text.replaceAll('|', '\\|')}\`` : '');

function table(head, rows) {
  if (rows.length === 0) return '';
  return [
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

const byName = (a, b) => (a.name ?? '').localeCompare(b.name ?? '');

export function declarationsOf(manifest = readManifest()) {
  const all = manifest.modules.flatMap(({ declarations }) => declarations ?? []);
  return TAGS.map((tag) => all.find(({ tagName }) => tagName === tag)).filter(Boolean);
}

const readManifest = () => JSON.parse(readFileSync(join(ROOT, 'custom-elements.json'), 'utf8'));

export function elementsPage() {
  const parts = declarationsOf().map((element) => {
    const isPublic = ({ name, privacy, static: isStatic }) =>
      !INTERNAL.test(name) && !isStatic && privacy !== 'private' && privacy !== 'protected';
    const members = (element.members ?? []).filter(isPublic);
    const attributes = (element.attributes ?? []).filter(({ name }) => name);
    const sections = [
      [
        'Attributes',
        table(
          ['attribute', 'type', ''],
          attributes
            .toSorted(byName)
            .map((one) => [code(one.name), code(one.type?.text), cell(one.description)]),
        ),
      ],
      [
        'Properties',
        table(
          ['property', 'type', ''],
          members
            .filter(({ kind }) => kind === 'field')
            .toSorted(byName)
            .map((one) => [
              code(one.name),
              code(one.type?.text),
              cell(one.description) + (one.readonly ? ' Read-only.' : ''),
            ]),
        ),
      ],
      [
        'Methods',
        table(
          ['method', ''],
          members
            .filter(({ kind }) => kind === 'method')
            .toSorted(byName)
            .map((one) => [
              code(`${one.name}(${(one.parameters ?? []).map(({ name }) => name).join(', ')})`),
              cell(one.description),
            ]),
        ),
      ],
      [
        'Events',
        table(
          ['event', ''],
          (element.events ?? [])
            .filter(({ name }) => name)
            .toSorted(byName)
            .map((one) => [code(one.name), cell(one.description)]),
        ),
      ],
      [
        'Slots',
        table(
          ['slot', ''],
          (element.slots ?? []).map((one) => [code(one.name) || 'default', cell(one.description)]),
        ),
      ],
      [
        'Parts',
        table(
          ['part', ''],
          (element.cssParts ?? []).toSorted(byName).map((one) => [code(one.name), cell(one.description)]),
        ),
      ],
      [
        'Custom properties',
        table(
          ['property', 'default', ''],
          (element.cssProperties ?? [])
            .toSorted(byName)
            .map((one) => [code(one.name), code(one.default), cell(one.description)]),
        ),
      ],
    ];
    const body = sections
      .filter(([, text]) => text)
      .map(([name, text]) => `### ${name} of ${element.tagName}\n\n${text}`);
    return [`## ${element.tagName}`, cell(element.description), ...body].join('\n\n');
  });
  return `# Elements

Generated from the comments in the source. The package contains the same as \`custom-elements.json\`. Attributes of \`<video>\` that are listed in
[options](options.md#attributes-of-the-elements) work as they do there, a \`boolean\` attribute is written without a value, and the elements have all properties, methods and events of
\`HTMLVideoElement\`.

${parts.join('\n\n')}
`;
}
