import '../src/element.ts';
import type { SmoothPlayerElement } from '../src/element.ts';
import { watchFigures } from './page/chart.ts';
import { offerDiagnostics, showDecision } from './page/decision.ts';
import { offerSnippet } from './page/embed.ts';
import { logEvents } from './page/event-log.ts';
import { offerOriginSwitches } from './page/origin-switches.ts';
import { type OfferedTitle, offerSources } from './page/source-form.ts';
import { showWhatPlays } from './page/what-plays.ts';

/** What the origin serves: the title that comes with the project, a channel made of it, and what an encoder pushes. */
const TITLES: readonly [OfferedTitle, ...OfferedTitle[]] = [
  { name: 'On demand', url: '/presentations/sample.ism/Manifest' },
  { name: 'Live', url: '/live/channel.isml/Manifest' },
  { name: 'Live, pushed', url: '/live/event.isml/Manifest' },
];

const player = part<SmoothPlayerElement>('player');
// Less than the default, so that a change of the line shows while a short title is still being fetched.
player.options = { buffer: { ahead: 12 } };
watchFigures(player, part('chart'), part('legend'));
logEvents(player, part('log'), part('log-filters'), part('clear'));
showWhatPlays(player, part('now'));
showDecision(player, part('decision'));
offerDiagnostics(player, part('diagnostics'));
offerSnippet(player, part('snippet'), part('copy'));
offerSources(player, part('source'), TITLES);
void offerOriginSwitches(player, part('origin'), part('switches'));

function part<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element as Kind;
}
