/* What is measured inside a page: each function is sent there as it is, so it uses nothing from outside. */

/**
 * Times between frames, in milliseconds, while the queue is scrolled and the pointer moves over the range.
 *
 * @param {{ ms: number, pixels: number, hover: boolean }} how long, and how far it scrolls with each frame
 * @returns {Promise<number[]>}
 */
export function framesInPage({ ms, pixels, hover }) {
  const list = document.querySelector('[role=listbox]');
  const scroller = list?.parentElement;
  const strip = hover ? document.querySelector('canvas') : null;
  const box = strip?.getBoundingClientRect();
  return new Promise((resolve) => {
    const times = [];
    const began = performance.now();
    let step = pixels;
    let frame = 0;
    const next = (now) => {
      times.push(now);
      frame += 1;
      if (scroller && pixels > 0) {
        const end = scroller.scrollHeight - scroller.clientHeight;
        if (scroller.scrollTop + step > end || scroller.scrollTop + step < 0) step = -step;
        scroller.scrollTop += step;
      }
      if (strip && box) {
        const clientX = box.left + ((frame * 7) % Math.max(1, Math.floor(box.width)));
        const at = { bubbles: true, clientX, clientY: box.top + box.height / 2, pointerType: 'mouse' };
        for (const name of ['pointermove', 'mousemove'])
          strip.dispatchEvent(name === 'pointermove' ? new PointerEvent(name, at) : new MouseEvent(name, at));
      }
      if (performance.now() - began < ms) requestAnimationFrame(next);
      else resolve(times.slice(1).map((time, index) => time - times[index]));
    };
    requestAnimationFrame(next);
  });
}

/**
 * Presses a button and tells after how many milliseconds the job is shown in one of the states, painted.
 *
 * @param {{ button: string, states: string[] }} wanted
 * @returns {Promise<number>}
 */
export function feedbackInPage({ button, states }) {
  const job = document.querySelector('[data-testid=job]');
  const found = [...job.querySelectorAll('button')].find((candidate) => candidate.textContent.startsWith(button));
  if (found === undefined) throw new Error(`There is no button ${button}.`);
  return new Promise((resolve) => {
    const began = performance.now();
    const look = () => {
      if (!states.includes(job.getAttribute('data-state'))) return false;
      requestAnimationFrame(() => resolve(performance.now() - began));
      return true;
    };
    const observer = new MutationObserver(() => look() && observer.disconnect());
    observer.observe(job, { attributes: true });
    found.click();
  });
}

/** Begins to note the times between frames; `endGapsInPage` gives them. */
export function beginGapsInPage() {
  window.benchGaps = [];
  let last = performance.now();
  const next = (now) => {
    window.benchGaps?.push(now - last);
    last = now;
    if (window.benchGaps) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

export function endGapsInPage() {
  const gaps = window.benchGaps;
  window.benchGaps = undefined;
  return gaps;
}
