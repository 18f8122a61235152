import vue from '@vitejs/plugin-vue';

/** Elements of the player are no components of Vue. */
const isCustomElement = (tag) => tag.startsWith('smooth-');

export default { plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] };
