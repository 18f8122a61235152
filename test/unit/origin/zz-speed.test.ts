import { expect, test } from 'vitest';
import { createOrigin } from '/work/main/demo/origin/server.ts';
test('speed', async () => {
  const o = createOrigin({ files: [{ at: '/x/', from: () => Buffer.alloc(8_000_000) }] });
  const url = await o.listen();
  for (const mbit of [3, 10, 50, 200, 0]) {
    o.rules.clear();
    if (mbit) o.rules.add({ effect: { type: 'bandwidth', steps: [[1, mbit * 1e6]] } });
    const bytes = mbit === 3 ? 1_500_000 : 8_000_000;
    const t = performance.now();
    const b = await (await fetch(`${url}/x/a`, { headers: { range: `bytes=0-${bytes - 1}` } })).arrayBuffer();
    const s = (performance.now() - t) / 1000;
    console.log(mbit, 'Mbit/s set; got', (b.byteLength * 8 / s / 1e6).toFixed(2));
  }
  await o.close();
});
