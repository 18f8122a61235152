// All that only protected titles need, so that it is loaded as one, and only for them.
export { TitleKeys } from '../eme/title-keys.ts';
export { keyIdsOf } from '../manifest/protection.ts';
export { exchangeLicence } from './licence-exchange.ts';
