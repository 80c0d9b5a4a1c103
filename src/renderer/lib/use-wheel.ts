import { useEffect, useRef, useState } from 'react';

/** What turning the wheel does. */
export interface WheelTools {
  /** @param at where the pointer is, as a share of the width */
  readonly zoom: (factor: number, at: number) => void;
  /** @param share of the width */
  readonly pan: (share: number) => void;
}

/**
 * The wheel zooms where the pointer is; sideways, or with Shift, it moves. React's own wheel listeners could not keep
 * the page from scrolling.
 *
 * @returns the ref of the element
 */
export function useWheel(tools: WheelTools): (element: HTMLElement | null) => void {
  const latest = useRef(tools);
  const [element, setElement] = useState<HTMLElement | null>(null);
  useEffect(() => {
    latest.current = tools;
  });
  useEffect(() => {
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (sideways) latest.current.pan((event.deltaX || event.deltaY) / Math.max(1, box.width));
      else latest.current.zoom(1.002 ** -event.deltaY, (event.clientX - box.left) / Math.max(1, box.width));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [element]);
  return setElement;
}
