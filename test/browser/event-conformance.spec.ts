import type { Page } from '@playwright/test';
import type { SmoothPlayerElement } from '../../src/element.ts';
import { type EventCase, mountsOf, type SeenEvent } from '../conformance/event-case.ts';
import { EVENT_CHAPTERS, UNPLAYED_EVENTS } from '../conformance/event-cases.ts';
import { FIRING } from '../conformance/event-firing.ts';
import { type EventReport, faultsOf } from '../conformance/event-judge.ts';
import { type CasePage, testPlayedCases } from './played-cases.ts';

const CHAPTERS = { ...EVENT_CHAPTERS, 'When events fire': FIRING };

async function watchCase(
  { page, origin, url }: CasePage,
  folder: string,
  one: EventCase,
): Promise<EventReport> {
  const before = origin.log.entries.length;
  const seen = await playCase(page, `${url}${folder}Manifest`, one);
  const requests = origin.log.entries.slice(before).flatMap(({ url: path }) => {
    const [, name = '', time] = /Fragments\((\w+)=(\d+)\)/.exec(path) ?? [];
    return path.startsWith(folder) && time !== undefined && !/^(?:video|audio_en)$/.test(name) ? [time] : [];
  });
  return { ...seen, requests };
}

function playCase(page: Page, src: string, one: EventCase): Promise<Omit<EventReport, 'requests'>> {
  const { moves = [['play', 4, 4]], hasBrokenListener = false, native } = one;
  return page.evaluate(
    async ([from, steps, isBroken, nativeKind]) => {
      const element = document.createElement('smooth-player') as SmoothPlayerElement;
      element.muted = true;
      element.style.setProperty('width', '320px');
      document.querySelector('main')?.append(element);
      const { player } = element;
      const errors: string[] = [];
      const warnings: string[] = [];
      const fired: SeenEvent[] = [];
      player.addEventListener('error', ({ error }) => errors.push(error?.code ?? 'unknown'));
      player.addEventListener('warning', ({ error }) => warnings.push(error.code));
      const withoutObjects = ({ data, ...cue }: { readonly data: Uint8Array }) => ({
        ...cue,
        data: btoa(String.fromCharCode(...data)),
      });
      if (isBroken)
        player.addEventListener('event', () => {
          throw new Error('a listener of the page that throws');
        });
      player.addEventListener('event', ({ track, cue }) => {
        const at = player.position;
        fired.push({
          ...withoutObjects(cue),
          start: cue.start,
          end: cue.end,
          track: track.name,
          kind: track.kind,
          at,
        });
      });
      const until = async (test: () => boolean, withinMs = 15_000) => {
        for (const end = performance.now() + withinMs; !test(); ) {
          if (performance.now() > end) throw new Error(`not reached: ${test}, at ${player.position}`);
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
      };
      const isAtRest = () => !element.seeking && (player.media?.readyState ?? 0) >= 2;
      let wanted: number | undefined;
      try {
        await player.load(from);
        const { media } = player;
        if (!(media instanceof HTMLVideoElement)) throw new Error('no video');
        await until(isAtRest);
        for (const [kind, ...values] of steps) {
          const [first = 0, second = 1] = values;
          if (kind === 'play') {
            media.playbackRate = second;
            await media.play();
            await until(() => media.ended || media.currentTime >= first);
            media.pause();
            media.playbackRate = 1;
          } else if (kind === 'seek') {
            element.currentTime = first;
            await until(() => !isAtRest() || Math.abs(media.currentTime - first) < 0.01);
            await until(isAtRest);
          } else if (kind === 'step') {
            const by = first > media.currentTime ? 1 : -1;
            while ((first - media.currentTime) * by > 0.001) await player.stepFrame(by);
          } else if (kind === 'trick') {
            await player.trickPlay(first);
            await until(() => player.trickRate === 1 && (first > 0 ? media.ended : isAtRest()));
          } else if (kind === 'quality') {
            const playing = player.playingQuality?.bitrate;
            const other = player.qualities.find(({ bitrate }) => bitrate !== playing);
            if (other) player.setQuality(other, { switch: 'now' });
            wanted = other?.bitrate;
          } else {
            media.src = 'data:video/mp4;base64,';
            await until(() => player.state === 'failed');
            errors.length = 0;
            await player.retry();
            await until(isAtRest);
          }
        }
        if (wanted !== undefined && player.playingQuality?.bitrate !== wanted)
          errors.push(`another quality than ${wanted}`);
        // What is still to come of the last step.
        for (let frames = 0; frames < 6; frames += 1) await new Promise(requestAnimationFrame);
        if (steps.length === 0) await until(() => fired.length > 0, 5000).catch(() => {});
        const tracks = player.eventTracks.map(({ cues, ...track }) => ({
          ...track,
          cues: cues.map((cue) => ({ ...withoutObjects(cue), start: cue.start, end: cue.end })),
        }));
        const found = [...media.textTracks].find(({ kind }) => kind === nativeKind);
        const texts = [...(found?.cues ?? [])].map((cue) => (cue as VTTCue).text);
        return { fired, tracks, errors, warnings, native: texts };
      } catch (error) {
        return { fired, tracks: [], errors: [...errors, String(error)], warnings, native: [] };
      } finally {
        element.remove();
      }
    },
    [src, moves, hasBrokenListener, native?.kind] as const,
  );
}

testPlayedCases('event conformance', CHAPTERS, {
  mountsOf,
  atOnce: 8,
  play: (on, one, index) => watchCase(on, `/event/${index}.ism/`, one),
  faultsOf,
  unplayed: async () => UNPLAYED_EVENTS,
});
