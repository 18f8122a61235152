/** How code is minified, for pages and for measuring sizes: for browsers with the features that the library needs anyway. */
export const MINIFY = { module: true, ecma: 2022, compress: { passes: 3 } };
