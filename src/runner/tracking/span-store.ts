import type { LaneSpans } from '../../shared/range';
import { placeOf, type StoredPiece } from './piece-store';

/** Most spans that one rank keeps, and that travel at a time. */
const mostSpans = 2048;
const sentSpans = 600;

interface Span {
  began: number;
  ended: number;
  start: number;
  end: number;
  state: number;
}

/**
 * When one rank worked on what. When there are too many spans, neighbours become one, the shortest first: so the whole
 * history stays, ever more coarsely.
 */
export class SpanStore {
  #spans: Span[] = [];

  get length(): number {
    return this.#spans.length;
  }

  add({ began, ended, start, end, state }: StoredPiece): void {
    this.#spans.push({ began, ended, start, end, state });
    if (this.#spans.length > mostSpans) this.#spans = joinShort(this.#spans, mostSpans / 2);
  }

  /**
   * Takes over what was recorded, before anything is added.
   *
   * @param until when what had not ended is taken to have been cut off
   */
  restore({ spans, states }: LaneSpans, until: number): void {
    for (let place = 0; place < states.length; place += 1) {
      const [began = 0, ended = 0, start = 0, end = 0] = spans.subarray(place * 4, place * 4 + 4);
      const isOpen = Number.isNaN(ended);
      const state = isOpen ? placeOf('lost') : (states[place] ?? 0);
      this.#spans.push({ began, ended: isOpen ? Math.max(began, until) : ended, start, end, state });
    }
  }

  /**
   * The spans between two times, as many as are sent at a time.
   *
   * @param open what the rank works on now
   */
  between(from: number, to: number, open: readonly Span[]): LaneSpans {
    const seen = [...this.#spans, ...open].filter(({ began, ended }) => began < to && !(ended <= from));
    const spans = joinShort(seen, sentSpans);
    return {
      spans: Float64Array.from(spans.flatMap(({ began, ended, start, end }) => [began, ended, start, end])),
      states: Uint8Array.from(spans, ({ state }) => state),
    };
  }
}

/** At most so many spans: neighbours of one state are joined, at first only those that are short for the whole. */
function joinShort(spans: readonly Span[], most: number): Span[] {
  let joined = [...spans];
  const [first, last] = [joined[0], joined.at(-1)];
  if (first === undefined || last === undefined) return joined;
  const whole = (Number.isNaN(last.ended) ? last.began : last.ended) - first.began;
  for (let limit = whole / most / 4; joined.length > most; limit *= 2) joined = joinUpTo(joined, limit);
  return joined;
}

function joinUpTo(spans: readonly Span[], limit: number): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const before = joined.at(-1);
    const ended = Number.isNaN(span.ended) ? span.began : span.ended;
    // An endless loop needs a way out: when everything happened at one moment, every join is short.
    if (before !== undefined && !Number.isNaN(before.ended) && ended - before.began <= limit) {
      before.ended = span.ended;
      before.start = Math.min(before.start, span.start);
      before.end = Math.max(before.end, span.end);
      before.state = Math.max(before.state, span.state);
    } else joined.push({ ...span });
  }
  return joined;
}
