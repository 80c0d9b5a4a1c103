import {
  AmbientLight,
  BufferAttribute,
  BufferGeometry,
  Color,
  DirectionalLight,
  DoubleSide,
  Mesh,
  MeshLambertMaterial,
  PerspectiveCamera,
  Scene,
  Spherical,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { paletteColours, shadeOf } from '../../../shared/palette';
import type { Numbers } from '../../../shared/report';
import type { ShownViewOf } from '../../../shared/result';

/** Sharper than this a screen shows no difference, and a machine without graphics hardware would crawl. */
const mostPixelRatio = 2;
const fieldOfView = 40;

/** Colours of the theme. */
export interface MeshColors {
  readonly background: string;
  readonly surface: string;
}

/** A surface in space, drawn when something has changed and not otherwise. */
export class MeshScene {
  readonly #frame: HTMLElement;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera(fieldOfView, 1, 0.01, 100);
  readonly #controls: OrbitControls;
  readonly #geometry: BufferGeometry;
  readonly #material: MeshLambertMaterial;
  readonly #observer: ResizeObserver;
  readonly #onLost: (event: Event) => void;
  #request = 0;

  /**
   * @param frame gets the canvas
   * @param onLost is called when the graphics driver has taken the picture away
   * @throws Error when the machine cannot draw in three dimensions, or the mesh has no extent
   */
  constructor(frame: HTMLElement, view: ShownViewOf<'mesh'>, colors: MeshColors, onLost: () => void) {
    this.#frame = frame;
    this.#geometry = geometryOf(view);
    this.#renderer = new WebGLRenderer({ antialias: true, powerPreference: 'low-power' });
    this.#material = new MeshLambertMaterial({ side: DoubleSide, vertexColors: view.values !== undefined });
    const canvas = this.#renderer.domElement;
    this.#onLost = (event) => {
      event.preventDefault();
      onLost();
    };
    canvas.addEventListener('webglcontextlost', this.#onLost);
    frame.append(canvas);
    const sun = new DirectionalLight(0xffffff, 2.2);
    sun.position.set(0.6, 1, 0.8);
    this.#camera.add(sun);
    this.#scene.add(new Mesh(this.#geometry, this.#material), new AmbientLight(0xffffff, 1), this.#camera);
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.addEventListener('change', this.#drawSoon);
    this.setColors(colors);
    this.reset();
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(frame);
    this.#resize();
  }

  /** Looks at all of the surface from the front, a little from above and the side. */
  reset(): void {
    this.#controls.target.set(0, 0, 0);
    const distance = 1.1 / Math.sin(((fieldOfView / 2) * Math.PI) / 180);
    this.#camera.position.setFromSphericalCoords(distance, 1.15, 0.6);
    this.#controls.update();
    this.#drawSoon();
  }

  /** Turns the view by angles in radians. */
  orbit(right: number, up: number): void {
    const offset = new Vector3().subVectors(this.#camera.position, this.#controls.target);
    const place = new Spherical().setFromVector3(offset);
    place.theta += right;
    place.phi += up;
    place.makeSafe();
    this.#camera.position.setFromSpherical(place).add(this.#controls.target);
    this.#controls.update();
    this.#drawSoon();
  }

  /** Goes nearer by a factor. */
  zoom(factor: number): void {
    const offset = new Vector3().subVectors(this.#camera.position, this.#controls.target);
    this.#camera.position.copy(this.#controls.target).addScaledVector(offset, 1 / factor);
    this.#controls.update();
    this.#drawSoon();
  }

  setWireframe(on: boolean): void {
    this.#material.wireframe = on;
    this.#drawSoon();
  }

  setColors({ background, surface }: MeshColors): void {
    this.#scene.background = new Color(background);
    if (!this.#material.vertexColors) this.#material.color.set(surface);
    this.#drawSoon();
  }

  /** Gives back everything: the graphics memory, the context, the canvas. */
  dispose(): void {
    cancelAnimationFrame(this.#request);
    this.#observer.disconnect();
    this.#controls.dispose();
    this.#geometry.dispose();
    this.#material.dispose();
    // What is given back here is not lost.
    this.#renderer.domElement.removeEventListener('webglcontextlost', this.#onLost);
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
    this.#renderer.domElement.remove();
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#frame;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.#renderer.setPixelRatio(Math.min(window.devicePixelRatio, mostPixelRatio));
    this.#renderer.setSize(clientWidth, clientHeight);
    this.#camera.aspect = clientWidth / clientHeight;
    this.#camera.updateProjectionMatrix();
    // At once: a canvas of a new size is empty until it is drawn.
    this.#renderer.render(this.#scene, this.#camera);
  }

  readonly #drawSoon = (): void => {
    if (this.#request !== 0) return;
    this.#request = requestAnimationFrame(() => {
      this.#request = 0;
      this.#renderer.render(this.#scene, this.#camera);
    });
  };
}

/** The mesh, moved and scaled so that it fits into a ball of radius 1 around the origin. */
function geometryOf(view: ShownViewOf<'mesh'>): BufferGeometry {
  const { positions, triangles, values } = view;
  const [centre, radius] = boundsOf(positions);
  if (!Number.isFinite(radius)) throw new Error('It has positions that are not finite numbers.');
  const scaled = Float32Array.from(positions, (value, index) => (value - (centre[index % 3] ?? 0)) / (radius || 1));
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(scaled, 3));
  if (triangles !== undefined) geometry.setIndex(new BufferAttribute(triangles, 1));
  if (values !== undefined) geometry.setAttribute('color', new BufferAttribute(colorsOf(view, values), 3));
  geometry.computeVertexNormals();
  return geometry;
}

function boundsOf(positions: Numbers): readonly [centre: readonly number[], radius: number] {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let index = 0; index < positions.length; index += 1) {
    const axis = index % 3;
    // A comparison would pass over NaN without a word.
    low[axis] = Math.min(low[axis] ?? 0, positions[index] ?? 0);
    high[axis] = Math.max(high[axis] ?? 0, positions[index] ?? 0);
  }
  const centre = low.map((value, axis) => (value + (high[axis] ?? 0)) / 2);
  let radius = 0;
  for (let index = 0; index < positions.length; index += 3) {
    const [x = 0, y = 0, z = 0] = [0, 1, 2].map((axis) => (positions[index + axis] ?? 0) - (centre[axis] ?? 0));
    radius = Math.max(radius, Math.hypot(x, y, z));
  }
  return [centre, radius];
}

/** Lowest and highest value that is coloured. */
export function rangeOf(view: ShownViewOf<'mesh'>): readonly [low: number, high: number] {
  const { values, low, high } = view;
  let [least, most] = [Infinity, -Infinity];
  for (const value of values ?? []) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [low ?? least, high ?? most];
}

function colorsOf(view: ShownViewOf<'mesh'>, values: Numbers): Float32Array {
  const colors = paletteColours(view.palette ?? 'viridis').map((rgb) => new Color(`rgb(${rgb.join(',')})`));
  const [low, high] = rangeOf(view);
  const all = new Float32Array(values.length * 3);
  for (let vertex = 0; vertex < values.length; vertex += 1) {
    const color = colors[shadeOf(values[vertex] ?? low, low, high)];
    if (color !== undefined) all.set([color.r, color.g, color.b], vertex * 3);
  }
  return all;
}
