// A Rollup plugin that leaves out of the elements what nothing reads. Lines stay where they are, for source maps.
/** How a decorator could reach the value, which Lit's do by name. */
const ACCESS = /, static: false, private: false, access: \{ has: .*\}, (?=metadata: _metadata \})/g;
/** Initializers that a decorator could add, which Lit's don't. */
const EXTRA = /__runInitializers\(this, _\w+_extraInitializers\), (?=__runInitializers)/g;
const TEMPLATE = /\b(css|html|svg) `(?:[^`\\]|\\.)*`/gs;

export const slimElements = {
  name: 'slim-elements',
  transform(code, id) {
    if (!/[\\/]src[\\/]ui[\\/]/.test(id)) return null;
    const slim = code
      .replace(ACCESS, ', ')
      .replace(EXTRA, '')
      .replace(TEMPLATE, (template) =>
        template.replace(/[^\S\n]*\n\s*?(?=\n|\S)/g, '\n').replace(/[^\S\n]+/g, ' '),
      );
    return { code: slim, map: null };
  },
};
