export { splitAngles } from '../manifest/camera-angles.ts';
export { loadComposite } from './composite.ts';
export { Hosts } from './hosts.ts';
