/* Loaded before the app (`electron -r`): says on stdout when its window can be used, and ends it. */
const { app } = require('electron');

/** In the page: resolves once what is wanted is there and two frames have been painted since. */
const isPainted = (selector) => `new Promise((resolve) => {
  const wanted = ${JSON.stringify(selector)};
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  const look = () => wanted === null || document.querySelector(wanted) !== null;
  if (look()) return painted();
  const observer = new MutationObserver(() => look() && (observer.disconnect(), painted()));
  observer.observe(document, { subtree: true, childList: true, attributes: true });
})`;

app.on('browser-window-created', (_event, window) => {
  window.webContents.once('dom-ready', async () => {
    await window.webContents.executeJavaScript(isPainted(process.env.BENCH_SELECTOR || null));
    process.stdout.write(`ready ${Date.now()}\n`);
  });
});
