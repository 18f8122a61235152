import '../src/element.ts';
import '../src/transcript.ts';
import type { SmoothPlayerElement } from '../src/element.ts';
import { instrumentsFor } from './page/instruments.ts';
import { showLatency } from './page/latency.ts';
import { offerOriginSwitches } from './page/origin-switches.ts';
import { pushHelp } from './page/push-command.ts';
import { offerSources } from './page/source-form.ts';
import { chooseWatched } from './page/watched.ts';

const demand = part<SmoothPlayerElement>('demand');
const live = part<SmoothPlayerElement>('live');
const figures = part('figures');
const template = part<HTMLTemplateElement>('instruments');
// Less than the default, so that a change of bandwidth has an effect while a short title is still being fetched.
demand.options = { buffer: { ahead: 12 } };
const watched = chooseWatched(
  [
    { name: 'the title', player: demand, instruments: instrumentsFor(demand, template, figures) },
    { name: 'the channel', player: live, instruments: instrumentsFor(live, template, figures) },
  ],
  part('watched'),
);
showLatency(live, part('latency'));
// The origin's titles: the sample, a channel made from it, and what an encoder pushes.
offerSources(demand, part('demand-source'), {
  key: 'src',
  titles: [{ name: 'A balloon at dusk', url: '/presentations/sample.ism/Manifest' }],
});
offerSources(live, part('live-source'), {
  key: 'live',
  titles: [
    { name: 'Endless channel', url: '/live/channel.isml/Manifest' },
    { name: 'Pushed event', url: '/live/event.isml/Manifest' },
  ],
  help: pushHelp('/live/event.isml'),
});
void offerOriginSwitches(watched, part('origin'), part('switches'));

function part<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element as Kind;
}
