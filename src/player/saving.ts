// What is written down of titles: loaded when somebody asks for it.
export { download, listDownloads } from './offline/downloads.ts';
export { exportClips } from './title/export-clips.ts';
