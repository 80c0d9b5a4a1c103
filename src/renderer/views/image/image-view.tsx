import { Slider } from '@mantine/core';
import { IconArrowAutofitContent, IconMinus, IconPlus } from '@tabler/icons-react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Picture, Revisions } from '../../lib/arrange-views';
import { formatCount, formatValue } from '../../lib/format';
import { ToolButton, ViewFrame } from '../view-frame';
import classes from './image.module.css';
import { useImageCanvas } from './use-image-canvas';
import { centred, type Point, pan, pixelAt, showing, type Viewport, zoom } from './viewport';

interface ImageViewProps {
  /** One picture, or several of one size to leaf through. */
  readonly images: readonly Picture[];
  /** What has changed of the only picture, which grows. */
  readonly revisions?: Revisions | undefined;
}

const zoomStep = 1.5;

/** A picture to look at closely: zoom with the wheel, move by dragging, point at a pixel to see its value. */
export function ImageView({ images, revisions }: ImageViewProps) {
  const [index, setIndex] = useState(Math.floor(images.length / 2));
  const image = images[index] ?? images[0];
  if (image === undefined) return null;
  return (
    <OneImage image={image} revisions={revisions}>
      {images.length > 1 && (
        <Slider
          className={classes.slider}
          size="sm"
          min={0}
          max={images.length - 1}
          value={index}
          onChange={setIndex}
          label={(value) => `${value + 1} of ${images.length}`}
          thumbLabel="Image"
        />
      )}
    </OneImage>
  );
}

interface OneImageProps {
  readonly image: Picture;
  readonly revisions: Revisions | undefined;
  readonly children: React.ReactNode;
}

function OneImage({ image, revisions, children }: OneImageProps) {
  const { title, reduced } = image;
  const [pointed, setPointed] = useState<Point | null>(null);
  const [marked, setMarked] = useState<Point | null>(null);
  const drag = useRef<Point | null>(null);
  const [dragging, setDragging] = useState(false);
  const { frame, canvas, view, size, setView } = useImageCanvas(image, revisions, marked);
  const pixel = pointed ?? marked;

  const at = (event: { readonly clientX: number; readonly clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect();
    const ratio = box === undefined || box.width === 0 ? 1 : size.width / box.width;
    return { x: (event.clientX - (box?.left ?? 0)) * ratio, y: (event.clientY - (box?.top ?? 0)) * ratio };
  };
  const change = (next: (view: Viewport) => Viewport): void => setView(next(view));
  const middle = { x: size.width / 2, y: size.height / 2 };
  const onPointerMove = (event: PointerEvent): void => {
    const to = at(event);
    if (drag.current !== null) {
      const by = { x: to.x - drag.current.x, y: to.y - drag.current.y };
      change((before) => pan(before, image, size, by));
      drag.current = to;
    }
    setPointed(pixelAt(view, image, to));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = arrows[event.key];
    if (step !== undefined && event.shiftKey) {
      const from = marked ?? pixelAt(view, image, middle) ?? { x: 0, y: 0 };
      const to = {
        x: Math.max(0, Math.min(image.width - 1, from.x + step.x)),
        y: Math.max(0, Math.min(image.height - 1, from.y + step.y)),
      };
      setMarked(to);
      change((before) => showing(before, size, to));
    } else if (step !== undefined) {
      change((before) => pan(before, image, size, { x: (-step.x * size.width) / 8, y: (-step.y * size.height) / 8 }));
    } else if (event.key === '+' || event.key === '=') change((before) => zoom(before, image, size, zoomStep, middle));
    else if (event.key === '-') change((before) => zoom(before, image, size, 1 / zoomStep, middle));
    else if (event.key === '0') setView(null);
    else if (event.key === '1') setView(centred(image, size, 1));
    else if (event.key === 'Escape' && marked !== null) setMarked(null);
    else return;
    event.preventDefault();
  };

  return (
    <ViewFrame
      title={title}
      warning={reduced?.note}
      note={
        <span data-testid="pixel" aria-live={marked === null ? undefined : 'polite'}>
          {pixel === null
            ? `${formatCount(image.width)} × ${formatCount(image.height)}`
            : pixelText(image, pixel, reduced?.step ?? 1)}
        </span>
      }
      tools={
        <>
          <ToolButton
            label="Smaller (-)"
            icon={<IconMinus size={15} />}
            onClick={() => change((before) => zoom(before, image, size, 1 / zoomStep, middle))}
          />
          <span className={classes.scale} data-testid="scale">
            {formatScale(view.scale)}
          </span>
          <ToolButton
            label="Larger (+)"
            icon={<IconPlus size={15} />}
            onClick={() => change((before) => zoom(before, image, size, zoomStep, middle))}
          />
          <ToolButton
            label="All of it (0)"
            icon={<IconArrowAutofitContent size={16} stroke={1.7} />}
            onClick={() => setView(null)}
          />
          <ToolButton
            label="1:1, one pixel is one pixel of the screen (1)"
            icon={<span className={classes.one}>1:1</span>}
            onClick={() => setView(centred(image, size, 1))}
          />
        </>
      }
    >
      <div
        ref={frame}
        className={`${classes.frame} ${dragging ? classes.dragging : ''}`}
        role="group"
        aria-label={`${title}: arrows move it, Shift+arrows point at a pixel, + and - zoom, 0 fits`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <canvas
          ref={canvas}
          className={classes.canvas}
          role="img"
          aria-label={title}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = at(event);
            setDragging(true);
          }}
          onPointerMove={onPointerMove}
          onPointerUp={() => {
            drag.current = null;
            setDragging(false);
          }}
          onPointerLeave={() => setPointed(null)}
          onDoubleClick={() => setView(null)}
        />
      </div>
      {children}
    </ViewFrame>
  );
}

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** `(12, 5) = 240`; of a reduced picture the place in the whole one. */
function pixelText(image: Picture, { x, y }: Point, step: number): string {
  const at = y * image.width + x;
  const value =
    image.kind === 'image'
      ? formatValue(image.data[at] ?? 0)
      : `rgba(${Array.from(image.data.subarray(at * 4, at * 4 + 4)).join(', ')})`;
  return `(${x * step}, ${y * step}) = ${value}`;
}

const formatScale = (scale: number): string =>
  scale >= 10 ? `${Math.round(scale)}×` : `${Math.round(scale * 1000) / 10}%`;
