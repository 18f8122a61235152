// Search, copy buttons, and the navigation that is open where there is room.
const root = new URL(document.querySelector('script[data-root]').dataset.root, location.href);
const wide = matchMedia('(min-width: 900px)');
const navigation = document.querySelector('.navigation');
const unfold = () => {
  navigation.open = wide.matches;
};
wide.addEventListener('change', unfold);
unfold();
navigation.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });

for (const button of document.querySelectorAll('.copy'))
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector('code').textContent);
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1500);
  });

const form = document.querySelector('form[role=search]');
const input = form.querySelector('input');
const list = form.querySelector('.found');
let pages;

input.addEventListener('focus', async () => {
  pages ??= await (await fetch(new URL('search.json', root))).json();
});
input.addEventListener('input', () => {
  const wanted = input.value.trim().toLowerCase();
  const found = wanted && pages ? search(wanted).slice(0, 12) : [];
  list.replaceChildren(...found.map(entry));
  list.hidden = found.length === 0;
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  list.querySelector('a')?.click();
});
form.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') list.hidden = true;
});

/** Headings that contain the words; those that begin with them first. */
function search(wanted) {
  return pages
    .flatMap(({ path, title, headings }) => headings.map(({ id, text }) => ({ path, title, id, text })))
    .filter(({ text }) => text.toLowerCase().includes(wanted))
    .sort((a, b) => a.text.toLowerCase().indexOf(wanted) - b.text.toLowerCase().indexOf(wanted));
}

function entry({ path, title, id, text }) {
  const link = document.createElement('a');
  link.href = new URL(`${path}.html#${id}`, root).href;
  const note = document.createElement('small');
  note.textContent = title;
  link.append(text, note);
  const item = document.createElement('li');
  item.append(link);
  return item;
}
