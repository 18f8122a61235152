/** What is of no use before the first picture, and loaded after it. */
export { improvementOf } from './improvement.ts';
export { Machine } from './machine.ts';
