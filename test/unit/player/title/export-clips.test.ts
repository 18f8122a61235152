import { expect, test } from 'vitest';
import { settingsOf } from '../../../../src/player/options.ts';
import { exportClips } from '../../../../src/player/title/export-clips.ts';
import { cleanManifest } from '../../../conformance/clean-title.ts';

const exported = async (manifest: string): Promise<string> => {
  const settings = settingsOf({ network: { fetch: async () => new Response(manifest) } });
  const blob = await exportClips(
    { clips: [{ url: 'https://origin.example/a.ism/Manifest', out: 2 }] },
    settings,
  );
  return blob.text();
};

test('clips are exported as a composite manifest', async () => {
  expect(await exported(cleanManifest())).toContain('<Clip Url="https://origin.example/a.ism/Manifest"');
});

test('a title whose audio counts from another time is rejected', async () => {
  const moved = cleanManifest().replace(/Type="audio"[\s\S]*/, (audio) =>
    audio.replace(/ t="(\d+)"/g, (_, time) => ` t="${BigInt(time) + 16_800_000_000_000_000n}"`),
  );
  await expect(exported(moved)).rejects.toMatchObject({ code: 'option-invalid' });
});
