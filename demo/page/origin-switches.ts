import { html, nothing, render } from 'lit';
import type { SmoothPlayerElement } from '../../src/element.ts';
import type { Rule } from '../origin/rules.ts';
import { nextChunk } from './next-chunk.ts';
import { FAULTS, NETWORKS, type Preset } from './origin-presets.ts';

const RULES_URL = '/control/rules';

/** Switches for the origin's delays and faults; the card stays hidden if the page isn't served by it. */
export async function offerOriginSwitches(
  watched: () => SmoothPlayerElement,
  card: HTMLElement,
  place: HTMLElement,
): Promise<void> {
  const inForce = await rulesInForce();
  if (!inForce) return;
  const [unlimited] = NETWORKS;
  let network = inForce.length > 0 ? undefined : unlimited;
  let fault: Preset | undefined;
  let note = inForce.length > 0 ? 'Rules set elsewhere are active; any switch here replaces them.' : '';

  const apply = async () => {
    show();
    try {
      const next = nextChunk(watched());
      const faults = fault?.rules(next) ?? [];
      await replaceRules([...faults, ...(network?.rules(next) ?? [])]);
      const isIdle = fault !== undefined && faults.length === 0;
      note = isIdle
        ? 'Everything is already fetched. Start over, then switch it on.'
        : (fault ?? network ?? unlimited).note;
    } catch (error) {
      note = `The origin rejected it: ${error instanceof Error ? error.message : error}`;
    }
    show();
  };
  const chooseNetwork = (preset: Preset) => {
    network = preset;
    void apply();
  };
  const chooseFault = (preset: Preset) => {
    fault = preset === fault ? undefined : preset;
    void apply();
  };
  const chip = (
    preset: Preset,
    current: Preset | undefined,
    choose: (preset: Preset) => void,
    kind = '',
  ) => html`
    <button type="button" class=${kind || nothing} aria-pressed=${preset === current} @click=${() => choose(preset)}>
      ${preset.name}
    </button>
  `;
  const startOver = () => {
    const player = watched();
    player.load();
    player.play().catch(() => undefined);
  };
  const show = () =>
    render(
      html`
        <div class="switches">
          <div>
            <h3 id="networks">Bandwidth</h3>
            <div class="chips" role="group" aria-labelledby="networks">
              ${NETWORKS.map((preset) => chip(preset, network, chooseNetwork))}
            </div>
          </div>
          <div>
            <h3 id="faults">Faults, from the next request on</h3>
            <div class="chips" role="group" aria-labelledby="faults">
              ${FAULTS.map((preset) => chip(preset, fault, chooseFault, 'fault'))}
            </div>
          </div>
          <p class="note" role="status">${note || network?.note}</p>
          <button type="button" @click=${startOver}>Start over with an empty buffer</button>
        </div>
      `,
      place,
    );

  show();
  card.hidden = false;
}

/** `undefined` if the server isn't our origin. */
async function rulesInForce(): Promise<readonly unknown[] | undefined> {
  try {
    const answer = await fetch(RULES_URL, { cache: 'no-store' });
    const rules: unknown = answer.ok ? await answer.json() : undefined;
    return Array.isArray(rules) ? rules : undefined;
  } catch {
    return undefined;
  }
}

async function replaceRules(rules: readonly Rule[]): Promise<void> {
  await send('DELETE');
  for (const rule of rules) await send('POST', rule);
}

async function send(method: 'POST' | 'DELETE', rule?: Rule): Promise<void> {
  const body = rule && { body: JSON.stringify(rule), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(RULES_URL, { method, ...body });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`.trim());
}
