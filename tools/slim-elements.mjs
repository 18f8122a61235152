// A Rollup plugin that removes unused parts of decorated elements. Lines stay where they are, for source maps.
/** Accessors for decorators; Lit's decorators access the value by name. */
const ACCESS = /, static: false, private: false, access: \{ has: .*\}, (?=metadata: _metadata \})/g;
/** Additional initializers for decorators, which Lit's decorators don't use. */
const EXTRA = /__runInitializers\(this, _\w+_extraInitializers\), (?=__runInitializers)/g;
const TEMPLATE = /\b(css|html|svg) `(?:[^`\\]|\\.)*`/gs;

/** Without what CSS doesn't need: comments, and spaces around punctuation. Its lines end up empty, after it. */
const slimCss = (template) => {
  const slim = template
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s*([{};,])\s*/g, '$1')
    .replace(/:\s+/g, ':')
    .replaceAll(';}', '}');
  const lines = (text) => text.split('\n').length;
  return slim.replace(/`$/, `${'\n'.repeat(lines(template) - lines(slim))}\``);
};

export const slimElements = {
  name: 'slim-elements',
  transform(code, id) {
    if (!/[\\/]src[\\/]ui[\\/]/.test(id)) return null;
    const slim = code
      .replace(ACCESS, ', ')
      .replace(EXTRA, '')
      .replace(TEMPLATE, (template, tag) =>
        tag === 'css' && !template.includes('${')
          ? slimCss(template)
          : template.replace(/[^\S\n]*\n\s*?(?=\n|\S)/g, '\n').replace(/[^\S\n]+/g, ' '),
      );
    return { code: slim, map: null };
  },
};
