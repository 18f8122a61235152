import { bench, describe } from 'vitest';
import { TextRepairs } from '../../src/text/repair.ts';
import { readTtml } from '../../src/text/ttml/read-ttml.ts';
import { finish, ttml } from '../support/text.ts';

const head =
  '<styling><style xml:id="s" tts:color="white" tts:textAlign="center" tts:fontSize="80%"/><style xml:id="i" tts:fontStyle="italic"/></styling>' +
  '<layout><region xml:id="bottom" tts:origin="10% 80%" tts:extent="80% 15%" tts:displayAlign="after" style="s"/></layout>';
const paragraph = (_: unknown, at: number) =>
  `<p xml:id="c${at}" begin="${at}.000s" end="${at}.900s" region="bottom">\n  A line of text,<br/>\n  <span style="i">and another &amp; one</span>\n</p>\n`;
const document = ttml(`<div>${Array.from({ length: 5000 }, paragraph).join('')}</div>`, { head });

describe('readTtml', () => {
  bench('5,000 paragraphs', () => {
    finish(readTtml(document, new TextRepairs()));
  });
});
