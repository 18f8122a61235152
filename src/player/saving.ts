// Downloads and exported clips; loaded on demand.
export { download, listDownloads } from './offline/downloads.ts';
export { exportClips } from './title/export-clips.ts';
