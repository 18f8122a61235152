export { checkOptions } from './check-options.ts';
export { ClientData } from './client-data.ts';
export { EventReports } from './event-reports.ts';
