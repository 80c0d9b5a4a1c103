import { Button } from '@mantine/core';
import { IconGrid4x4, IconMinus, IconPlus, IconZoomReset } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { paletteColours } from '../../../shared/palette';
import type { ShownViewOf } from '../../../shared/result';
import { formatPlural, formatValue } from '../../lib/format';
import { cssColor, useScheme } from '../../lib/use-scheme';
import { ToolButton, ViewFrame } from '../view-frame';
import classes from './mesh.module.css';
import { MeshScene, rangeOf } from './mesh-scene';

const turn = Math.PI / 24;

/** A surface in space: drag to turn it, the wheel goes nearer; also by the keys. */
export function MeshView({ view }: { readonly view: ShownViewOf<'mesh'> }) {
  const { title, positions, triangles } = view;
  const frame = useRef<HTMLDivElement>(null);
  const scene = useRef<MeshScene | null>(null);
  const [wireframe, setWireframe] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const scheme = useScheme();
  const vertices = positions.length / 3;
  const faces = (triangles?.length ?? vertices) / 3;

  useEffect(() => {
    const element = frame.current;
    if (element === null || vertices === 0) return undefined;
    try {
      const made = new MeshScene(element, view, themeColors(), () =>
        setProblem('The graphics driver has taken the picture away.'),
      );
      scene.current = made;
      return () => {
        scene.current = null;
        made.dispose();
      };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      queueMicrotask(() => setProblem(`This mesh cannot be drawn here. ${reason}`));
      return undefined;
    }
  }, [view, vertices, attempt]);
  useEffect(() => scene.current?.setColors(themeColors()), [scheme, attempt]);
  useEffect(() => scene.current?.setWireframe(wireframe), [wireframe, attempt, view]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [right, up] = arrows[event.key] ?? [0, 0];
    if (right !== 0 || up !== 0) scene.current?.orbit(right * turn, up * turn);
    else if (event.key === '+' || event.key === '=') scene.current?.zoom(1.2);
    else if (event.key === '-') scene.current?.zoom(1 / 1.2);
    else if (event.key === '0') scene.current?.reset();
    else if (event.key === 'w') setWireframe(!wireframe);
    else return;
    event.preventDefault();
  };
  const size = `${formatPlural(vertices, 'vertex', 'vertices')}, ${formatPlural(faces, 'triangle')}`;

  return (
    <ViewFrame
      title={title}
      note={size}
      tools={
        <>
          <ToolButton
            label="Wireframe (W)"
            icon={<IconGrid4x4 size={16} stroke={1.7} />}
            pressed={wireframe}
            onClick={() => setWireframe(!wireframe)}
          />
          <ToolButton label="Farther (-)" icon={<IconMinus size={15} />} onClick={() => scene.current?.zoom(1 / 1.2)} />
          <ToolButton label="Nearer (+)" icon={<IconPlus size={15} />} onClick={() => scene.current?.zoom(1.2)} />
          <ToolButton
            label="As at first (0)"
            icon={<IconZoomReset size={16} stroke={1.7} />}
            onClick={() => scene.current?.reset()}
          />
        </>
      }
    >
      {vertices === 0 && <p className={classes.empty}>This mesh has no vertices.</p>}
      {problem !== null && (
        <div className={classes.problem} role="alert">
          <p>{problem}</p>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setProblem(null);
              setAttempt(attempt + 1);
            }}
          >
            Try again
          </Button>
        </div>
      )}
      <div
        className={classes.pane}
        role="group"
        aria-label={`${title}: arrows turn it, + and - zoom, W shows the edges, 0 goes back`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        hidden={vertices === 0 || problem !== null}
      >
        <div ref={frame} className={classes.frame} role="img" aria-label={`${title}: ${size}`} />
        {view.values !== undefined && <Scale view={view} />}
      </div>
    </ViewFrame>
  );
}

const arrows: Readonly<Record<string, readonly [right: number, up: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const themeColors = () => ({ background: cssColor('--sunken'), surface: cssColor('--rank-0') });

/** Which colour means which value. */
function Scale({ view }: { readonly view: ShownViewOf<'mesh'> }) {
  const { palette = 'viridis', unit } = view;
  const [low, high] = useMemo(() => rangeOf(view), [view]);
  const colors = paletteColours(palette).filter((_, shade) => shade % 17 === 0);
  const gradient = `linear-gradient(to right, ${colors.map((rgb) => `rgb(${rgb.join(' ')})`).join(', ')})`;
  return (
    <div className={classes.scale}>
      <span>{formatValue(low)}</span>
      <span className={classes.bar} style={{ backgroundImage: gradient }} />
      <span>
        {formatValue(high)}
        {unit !== undefined && ` ${unit}`}
      </span>
    </div>
  );
}
