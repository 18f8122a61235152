// API Extractor on one entry of the built declarations. It has its own compiler (TypeScript 6), since version 7 has no
// programming interface; the declarations work with both.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

const SILENT = { default: { logLevel: 'none' } };

/** `output`: the report or the model that is wanted, as in API Extractor's configuration. Throws if the declarations don't compile. */
export function extractApi(entry, output) {
  const require = createRequire(import.meta.url);
  const { Extractor, ExtractorConfig } = require('@microsoft/api-extractor');
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.base.json'), 'utf8'));
  const file = join(ROOT, `dist/types/${entry}.d.ts`);
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(ROOT, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: file,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [file] } },
      apiReport: { enabled: false },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: SILENT,
        tsdocMessageReporting: SILENT,
        compilerMessageReporting: { default: { logLevel: 'error' } },
      },
      ...output,
    },
  });
  const messageCallback = (message) => {
    // The rest says where its files are, and that there was no earlier report.
    if (message.category === 'Compiler') throw new Error(`dist/types/${entry}.d.ts: ${message.text}`);
    message.handled = true;
  };
  Extractor.invoke(config, { localBuild: true, messageCallback });
}
