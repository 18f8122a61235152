// Loaded while the first fragment is: nothing can be planned before.
export { considerAbandoning } from '../../heuristics/abandon.ts';
export { chooseQuality } from '../../heuristics/choose-quality.ts';
