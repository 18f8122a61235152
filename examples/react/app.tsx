import 'smooth-player/element';
import { useRef, useState } from 'react';
import type { SmoothOptions } from 'smooth-player';
import type { SmoothPlayerElement } from 'smooth-player/element';
import type {} from 'smooth-player/react';

// Outside of the component: a new object at each render would set the options again.
const OPTIONS: SmoothOptions = { buffer: { ahead: 20 } };

export function App() {
  const player = useRef<SmoothPlayerElement>(null);
  const [quality, setQuality] = useState('none yet');
  const [problem, setProblem] = useState<string>();

  const skip = (seconds: number) => {
    if (player.current) player.current.currentTime += seconds;
  };

  return (
    <>
      <smooth-player
        ref={player}
        src="/titles/sample.ism/Manifest"
        media-title="A balloon at dusk"
        controls
        options={OPTIONS}
        onqualitychange={({ to }) => setQuality(to.label)}
        onerror={({ error }) => setProblem(error?.userMessage)}
      >
        <span slot="top">{quality}</span>
      </smooth-player>
      <p>
        Quality: <output>{quality}</output>{' '}
        <button type="button" onClick={() => skip(10)}>
          Ten seconds on
        </button>
      </p>
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}
