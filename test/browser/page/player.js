// The page that tests of the elements drive; it keeps to a strict content security policy and tells what broke it.
globalThis.violations = [];
document.addEventListener('securitypolicyviolation', ({ effectiveDirective, sample }) => {
  globalThis.violations.push(`${effectiveDirective} ${sample}`);
});
await import('/dist/cdn/smooth-player.js');
globalThis.isReady = true;
