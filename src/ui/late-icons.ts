import { stroked } from './icons.ts';

// Of menus and other views that are loaded when they are needed.
export const qualityIcon = stroked('M4 7.5h9M18 7.5h2M4 16.5h2M11 16.5h9M15.5 5v5M8.5 14v5');
export const audioIcon = stroked('M4 10.5v3M8 7v10M12 4v16M16 8v8M20 10.5v3');
export const speedIcon = stroked(
  'M5.6 18a8.6 8.6 0 1 1 12.8 0M12 12.8l3.6-4.2',
  'M10.6 12.8a1.4 1.4 0 1 0 2.8 0 1.4 1.4 0 0 0-2.8 0z',
);
export const checkIcon = stroked('M5.5 12.5l4.2 4.2 8.8-9.2');
export const closeIcon = stroked('M6.5 6.5l11 11M17.5 6.5l-11 11');
export const warningIcon = stroked(
  'M12 9v4.2M10.3 4.6L3.2 17a2 2 0 0 0 1.7 3h14.2a2 2 0 0 0 1.7-3L13.7 4.6a2 2 0 0 0-3.4 0z',
  'M11 16.4a1 1 0 1 0 2 0 1 1 0 0 0-2 0z',
);
export const nextIcon = stroked('M9.5 6.5L15 12l-5.5 5.5');
export const backIcon = stroked('M14.5 6.5L9 12l5.5 5.5');
export const remoteIcon = stroked(
  'M4 16.5V7.3a1.8 1.8 0 0 1 1.8-1.8h12.4A1.8 1.8 0 0 1 20 7.3v9.2a1.8 1.8 0 0 1-1.8 1.8H17',
  'M12 14.2l4.6 5.6H7.4z',
);
