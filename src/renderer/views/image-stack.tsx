import { Slider } from '@mantine/core';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { ViewOf } from '../../shared/report';
import { colorize } from '../lib/colorize';
import { formatCount } from '../lib/format';
import { CaptionedFigure } from './captioned-figure';
import classes from './image-stack.module.css';

/** Highest picture, in pixels of the page. */
const maxHeight = 440;

interface Pixel {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** One image, or several of a size to leaf through. Pointing at a pixel shows its value. */
export function ImageStack({ images }: { readonly images: readonly ViewOf<'image'>[] }) {
  const [index, setIndex] = useState(Math.floor(images.length / 2));
  const [pixel, setPixel] = useState<Pixel | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = images[index];

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined || image === undefined) return;
    context.putImageData(new ImageData(colorize(image), image.width, image.height), 0, 0);
  }, [image]);

  if (image === undefined) return null;
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = Math.min(image.width - 1, Math.floor(((event.clientX - box.left) / box.width) * image.width));
    const y = Math.min(image.height - 1, Math.floor(((event.clientY - box.top) / box.height) * image.height));
    setPixel({ x, y, value: image.data[y * image.width + x] ?? 0 });
  };
  const note =
    pixel === null
      ? `${formatCount(image.width)} × ${formatCount(image.height)}`
      : `(${pixel.x}, ${pixel.y}) = ${formatCount(pixel.value)}`;
  return (
    <CaptionedFigure title={image.title} note={note}>
      <canvas
        ref={canvas}
        width={image.width}
        height={image.height}
        className={classes.canvas}
        style={{ width: `min(100%, ${(maxHeight * image.width) / image.height}px)` }}
        role="img"
        aria-label={image.title}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setPixel(null)}
      />
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
    </CaptionedFigure>
  );
}
