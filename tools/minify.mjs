/** How code is made small, for pages and for the measuring of it: for browsers that have what the library needs anyway. */
export const MINIFY = { module: true, ecma: 2022, compress: { passes: 3 } };
