import type { SmoothPlayerElement } from '../../src/element.ts';
import { watchFigures } from './chart.ts';
import { offerDiagnostics, showDecision } from './decision.ts';
import { offerSnippet } from './embed.ts';
import { logEvents } from './event-log.ts';
import { showWhatPlays } from './what-plays.ts';

/** Everything that the page shows of one player, created from the page's template. */
export function instrumentsFor(
  player: SmoothPlayerElement,
  template: HTMLTemplateElement,
  place: HTMLElement,
): HTMLElement {
  const content = document.importNode(template.content, true);
  const set = content.querySelector<HTMLElement>('.instruments');
  if (!set) throw new Error('The template has no instruments');
  // First, because charts take their colours from their place in the page.
  place.append(set);
  const part = (name: string) => {
    const element = set.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!element) throw new Error(`The instruments have no ${name}`);
    return element;
  };
  watchFigures(player, part('chart'), part('legend'));
  logEvents(player, part('log'), part('log-filters'), part('clear'));
  showWhatPlays(player, part('now'));
  showDecision(player, part('decision'));
  offerDiagnostics(player, part('diagnostics'));
  offerSnippet(player, part('snippet'), part('copy'));
  return set;
}
