import { html, type TemplateResult } from 'lit';

/** The command that pushes a picture and a tone to this origin's publishing point. */
export function pushCommand(url: string): string {
  return [
    'ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=25 -f lavfi -i sine=frequency=440:sample_rate=48000',
    '-c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -b:v 2M -g 50 -keyint_min 50 -sc_threshold 0',
    `-c:a aac -b:a 128k -f ismv -movflags isml+frag_keyframe '${url}/Streams(main)'`,
  ].join(' \\\n  ');
}

/** Instructions for pushing to the publishing point. */
export const pushHelp = (path: string): TemplateResult => html`
  <details class="push">
    <summary>Push a live encode of your own</summary>
    <p>With ffmpeg installed, run this while this page's server runs; then choose “Pushed event”.</p>
    <pre class="snippet" tabindex="0"><code>${pushCommand(new URL(path, location.href).href)}</code></pre>
  </details>
`;
