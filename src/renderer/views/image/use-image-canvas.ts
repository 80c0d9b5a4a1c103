import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Picture, Revisions } from '../../lib/arrange-views';
import { cssColor, useScheme } from '../../lib/use-scheme';
import { Surface } from './surface';
import { fit, type Point, resized, type Size, type Viewport, zoom } from './viewport';

interface ImageCanvas {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly view: Viewport;
  /** Of the canvas, in pixels of the screen. */
  readonly size: Size;
  /** Null shows all of the image, however the window is resized. */
  readonly setView: (view: Viewport | null) => void;
}

/** Keeps a canvas as large as its frame, with a picture in it, and zooms with the wheel. */
export function useImageCanvas(image: Picture, revisions: Revisions | undefined, marked: Point | null): ImageCanvas {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size>({ width: 1, height: 1 });
  const [chosen, setView] = useState<Viewport | null>(null);
  const scheme = useScheme();
  const surface = useRef<Surface | null>(null);
  const { width, height } = image;
  const view = useMemo(() => chosen ?? fit({ width, height }, size), [chosen, width, height, size]);

  const latest = useRef({ view, size });
  useLayoutEffect(() => {
    latest.current = { view, size };
  }, [view, size]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const ratio = window.devicePixelRatio;
      const [across, down] = [element.clientWidth, element.clientHeight];
      const next = { width: Math.max(1, Math.round(across * ratio)), height: Math.max(1, Math.round(down * ratio)) };
      const before = latest.current.size;
      setSize(next);
      setView((chosen) => chosen && resized(chosen, before, next));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    if (element.width !== size.width) element.width = size.width;
    if (element.height !== size.height) element.height = size.height;
    surface.current = Surface.next(surface.current, image, revisions);
    surface.current.draw(element, view, marked, cssColor('--accent'));
  }, [image, revisions, view, size, marked, scheme]);

  // React's wheel listeners are passive: they could not keep the page from scrolling.
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const now = latest.current;
      const ratio = box.width === 0 ? 1 : now.size.width / box.width;
      const at = { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio };
      const next = zoom(now.view, { width, height }, now.size, 1.0015 ** -event.deltaY, at);
      latest.current = { ...now, view: next };
      setView(next);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [width, height]);

  return { frame, canvas, view, size, setView };
}
