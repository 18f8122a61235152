import fc from 'fast-check';

/** fast-check with the same cases in each run, so that a change is judged by what it changes. `SEED` gives others. */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) });

export default fc;
