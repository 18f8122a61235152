import 'smooth-player/element';

const player = document.querySelector('smooth-player');
const output = document.querySelector('output');
if (!player || !output) throw new Error('The page lacks an element.');

player.addEventListener('keystatuschange', ({ keyId, status }) => {
  output.textContent = `${keyId} is ${status}`;
});
player.addEventListener('error', ({ error }) => {
  output.textContent = error?.userMessage ?? 'none';
});

// A key in the page protects nothing: this is for tests. With a licence server, use drm = { servers: {
// 'com.microsoft.playready': 'https://…', 'com.widevine.alpha': 'https://…' } }.
player.drm = { clearKeys: { '00112233445566778899aabbccddeeff': '0123456789abcdef0123456789abcdef' } };
player.src = '/protected/film.ism/Manifest';
