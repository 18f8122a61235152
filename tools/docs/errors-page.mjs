// A section for each error code, from the source: what it means, what to do, what viewers see.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../install.mjs';

const ENTRY =
  /\/\*\* ?((?:(?!\*\/)[\s\S])*?)\*\/\s*(?:'([\w-]+)'|(internal)): ([\s\S]*?);\n(?=\n|\s*\/\*\*|\})/g;

export async function errorsPage() {
  const source = readFileSync(join(ROOT, 'src/base/error-codes.ts'), 'utf8');
  const details = source.slice(
    source.indexOf('interface ErrorDetails'),
    source.indexOf('/** What is limited'),
  );
  const [{ ERROR_HINTS, VIEWER_WORDS }, { ERROR_TEXTS }, { DRM_ERROR_TEXTS }, { OFFLINE_ERROR_TEXTS }] =
    await Promise.all(
      ['error-words', 'error-texts', 'lock-error-texts', 'offline-error-texts'].map(
        (name) => import(`../../build/src/base/${name}.js`),
      ),
    );
  const texts = { ...ERROR_TEXTS, ...DRM_ERROR_TEXTS, ...OFFLINE_ERROR_TEXTS };
  const sections = [...details.matchAll(ENTRY)].map(([, comment, quoted, plain, type]) => {
    const code = quoted ?? plain;
    const { category, retryable } = texts[code];
    const fields = type.replaceAll(/readonly /g, '').replaceAll(/\s+/g, ' ');
    return `## ${code}

${comment.replaceAll(/\n\s*\* ?/g, ' ').trim()}

**What to do:** ${ERROR_HINTS[code]}

- Viewers see: ${VIEWER_WORDS[code]}
- Category: ${category}. Trying again ${retryable ? 'can help' : 'helps only after a change'}.
- \`details\`: ${fields === 'Record<string, never>' ? 'none' : `\`${fields}\``}`;
  });
  return `# Error codes

Each code of \`error.code\`, from the source. \`error\` events end playback; \`warning\` events report what was handled. Comparing the code narrows
\`error.details\`. [When something fails](failures.md) describes what the player does before it gives up, and
[the doctor](../operators/doctor.md) examines a title from the command line.

${sections.join('\n\n')}
`;
}
