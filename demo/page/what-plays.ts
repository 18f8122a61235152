import { html, nothing, render, type TemplateResult } from 'lit';
import type { SmoothPlayerElement } from '../../src/element.ts';
import type { QualityLevel, Stream } from '../../src/manifest/presentation.ts';

const CHANGES = ['loaded', 'qualitychange', 'trackschange', 'trackchange', 'error', 'emptied'] as const;

/** The title's streams and levels; those that play are marked. */
export function showWhatPlays(player: SmoothPlayerElement, place: HTMLElement): void {
  const show = () => render(contents(player), place);
  for (const type of CHANGES) player.addEventListener(type, show);
  show();
}

function contents({ player }: SmoothPlayerElement): TemplateResult {
  const { presentation } = player;
  if (!presentation) return html`<p class="empty">Nothing is loaded.</p>`;
  return html`<div class="streams">${presentation.streams.map((stream) => streamTable(stream, player))}</div>`;
}

function streamTable(stream: Stream, player: SmoothPlayerElement['player']): TemplateResult {
  const { type, name, levels, chunks } = stream;
  const isChosen = name === (type === 'video' ? player.videoTrack?.id : player.audioTrack?.id);
  const seconds = Number(chunks.end - chunks.start) / Number(stream.timescale);
  return html`
    <div>
      <h3>
        ${nameOf(stream)}
        <small>${chunks.length} chunks, ${seconds.toFixed(1)} s</small>
      </h3>
      <table>
        <tbody>
          ${levels.toReversed().map((level) => levelRow(level, isChosen && isPlaying(level, stream, player)))}
        </tbody>
      </table>
    </div>
  `;
}

const KINDS = { video: 'Video', audio: 'Audio', text: 'Text' };

/** For people: the kind with its language or, without one, with the stream's name in words. */
function nameOf({ type, name, language }: Stream): string {
  const languageName = language && new Intl.DisplayNames(['en'], { type: 'language' }).of(language);
  const words = name === type ? undefined : name.replaceAll(/[_-]+/g, ' ');
  return [KINDS[type], languageName ?? words].filter(Boolean).join(': ');
}

function isPlaying(level: QualityLevel, { type }: Stream, player: SmoothPlayerElement['player']): boolean {
  return type !== 'video' || level.bitrate === player.playingQuality?.bitrate;
}

function levelRow(level: QualityLevel, playing: boolean): TemplateResult {
  return html`
    <tr ?data-playing=${playing} aria-current=${playing ? 'true' : nothing}>
      <td>${level.height ? `${level.width} × ${level.height}` : sound(level)}</td>
      <td>${Math.round(level.bitrate / 1000).toLocaleString('en')} kbit/s</td>
      <td>${level.codec ?? level.fourCC}</td>
    </tr>
  `;
}

function sound({ samplingRate, channels }: QualityLevel): string {
  const parts = [samplingRate && `${samplingRate / 1000} kHz`, channels && `${channels} ch`];
  return parts.filter(Boolean).join(', ');
}
