// Fragments of the best level made playable a second: the same ones through each player's own function, in one page.
import { withPlayer } from '../session.mjs';

const CHUNKS = 10;

export async function measure(bench) {
  const { origin, players, runs, url } = bench;
  origin.rules.clear();
  const values = Object.fromEntries(players.map((player) => [player, []]));
  for (let run = 0; run < Math.max(1, Math.floor(runs / 4)); run += 1) {
    const order = run % 2 === 0 ? players : players.toReversed();
    const found = await withPlayer(bench, 'smooth', (page) =>
      page.evaluate(
        async ({ title, chunks, names, script }) => {
          const manifest = await (await fetch(title)).text();
          const bitrates = [...manifest.matchAll(/ Bitrate="(\d+)" FourCC="H264"/g)].map(([, rate]) => rate);
          const folder = title.replace(/Manifest$/, '');
          const urls = Array.from(
            { length: chunks },
            (_, i) => `${folder}QualityLevels(${bitrates[0]})/Fragments(video=${i * 2e7})`,
          );
          const { measure: run } = await import(script);
          return run(urls, names);
        },
        {
          title: `${url}/titles/title.ism/Manifest`,
          chunks: CHUNKS,
          names: order,
          script: '/bench/transmux.js',
        },
      ),
    );
    for (const player of players) values[player].push(found[player]);
    process.stdout.write('.');
  }
  return [
    { id: 'transmux', title: 'fragments transmuxed', unit: 'a second', better: 'more', target: 20, values },
  ];
}
