import { html, render } from 'lit';
import type { SmoothPlayerElement } from '../../src/element.ts';
import { describeEvent, EVENT_KINDS, type EventKind, kindOf, LOGGED_EVENTS } from './event-words.ts';

/** Older entries are removed. */
const MOST_ENTRIES = 400;

interface Entry {
  readonly kind: EventKind;
  readonly item: HTMLLIElement;
}

/** A timestamped list of the element's events, newest first, by kind. */
export function logEvents(
  player: SmoothPlayerElement,
  list: HTMLElement,
  filters: HTMLElement,
  clear: HTMLElement,
): void {
  const began = performance.now();
  const entries: Entry[] = [];
  const shown = new Set<EventKind>(['playback', 'quality', 'text', 'trouble']);

  const add = (event: Event) => {
    const entry = { kind: kindOf(event.type), item: itemFor(event, performance.now() - began) };
    entry.item.hidden = !shown.has(entry.kind);
    entries.push(entry);
    list.prepend(entry.item);
    if (entries.length > MOST_ENTRIES) entries.shift()?.item.remove();
  };
  const toggle = (kind: EventKind) => {
    if (!shown.delete(kind)) shown.add(kind);
    for (const entry of entries) entry.item.hidden = !shown.has(entry.kind);
    showFilters();
  };
  const showFilters = () =>
    render(
      EVENT_KINDS.map(
        (kind) => html`
          <button type="button" aria-pressed=${shown.has(kind)} @click=${() => toggle(kind)}>${kind}</button>
        `,
      ),
      filters,
    );

  for (const type of LOGGED_EVENTS) player.addEventListener(type, add);
  clear.addEventListener('click', () => {
    for (const { item } of entries.splice(0)) item.remove();
  });
  showFilters();
}

function itemFor(event: Event, ms: number): HTMLLIElement {
  const item = document.createElement('li');
  item.className = kindOf(event.type);
  const time = document.createElement('time');
  time.textContent = (ms / 1000).toFixed(2).padStart(7, ' ');
  const name = document.createElement('b');
  name.textContent = event.type;
  const words = document.createElement('span');
  words.textContent = ` ${describeEvent(event)}`;
  const text = document.createElement('div');
  text.append(name, words);
  item.append(time, text);
  return item;
}
