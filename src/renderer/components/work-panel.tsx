import { Button, SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type Ref, useCallback, useMemo, useState } from 'react';
import type { JobDetail, JobRow } from '../../shared/ipc';
import type { ResultRef } from '../../shared/result';
import { plannedRanks } from '../lib/planned-ranks';
import { allOf, type Shown, viewOf } from '../lib/range-view';
import { useWindow } from '../state/store';
import { useRange } from '../state/use-range';
import { Lanes, type LaneView } from './lanes';
import { ProgressPanel } from './progress-panel';
import { type RangeLocator, RangeMap } from './range-map';

/** From this width on there is room for the figures and the timeline of the processes side by side. */
const wideFrom = 1240;

const nouns = { index: ['index', 'indices'], item: ['item', 'items'] } as const;

interface WorkPanelProps {
  readonly row: JobRow;
  readonly detail: JobDetail;
  readonly locator: Ref<RangeLocator>;
  /** Shows an item in the list of items. */
  readonly onItem: (index: number) => void;
}

/** How far a job is: in figures, index by index, and process by process; before it has run, as it would be cut now. */
export function WorkPanel({ row, detail, locator, onItem }: WorkPanelProps) {
  const { key, range } = row;
  const { run } = detail;
  const source = useMemo<ResultRef>(() => ({ key, run }), [key, run]);
  const workers = useWindow((state) => state.workers.length);
  // Of a run of which nobody knows who worked on it there is nothing to plan.
  const planned = detail.ranks.length === 0 && row.startedAt === null;
  const ranks = useMemo(
    () => (planned ? plannedRanks(range, detail.numProcs, workers) : detail.ranks),
    [planned, range, detail, workers],
  );
  const [chosen, setChosen] = useState<{ readonly range: number; readonly shown: Shown } | null>(null);
  const shown = chosen?.range === range ? chosen.shown : allOf(range);
  const [room, setRoom] = useState(0);
  const { from, to } = shown;
  const view = useMemo(
    () => (room === 0 || planned ? null : viewOf({ from, to }, range, room)),
    [room, planned, from, to, range],
  );
  const state = useRange(source, view);
  const onShow = useCallback((next: Shown) => setChosen({ range, shown: next }), [range]);
  const { ref, width } = useElementSize();
  const wide = width >= wideFrom;
  const [chosenLanes, setChosenLanes] = useState<LaneView>('figures');
  const tools = !wide && !planned && (
    <SegmentedControl
      size="xs"
      ml={8}
      data={[
        { value: 'figures', label: 'Figures' },
        { value: 'timeline', label: 'Timeline' },
      ]}
      value={chosenLanes}
      onChange={(value) => setChosenLanes(value === 'timeline' ? 'timeline' : 'figures')}
      aria-label="Show of the processes"
    />
  );
  return (
    <div ref={ref}>
      <ProgressPanel row={row} reason={detail.reason} />
      {range > 0 && (
        <RangeMap
          source={source}
          range={range}
          state={state}
          ranks={ranks}
          shown={shown}
          onShow={onShow}
          onRoom={setRoom}
          tools={tools}
          locator={locator}
          noun={row.kind === 'target' ? nouns.index : nouns.item}
          actions={({ start }) =>
            row.kind !== 'target' && (
              <Button size="compact-xs" variant="default" onClick={() => onItem(start)}>
                Show in the items
              </Button>
            )
          }
        />
      )}
      <Lanes
        source={source}
        ranks={ranks}
        lanes={state?.lanes ?? []}
        jobState={row.state}
        planned={planned}
        range={detail.isChunked ? range : null}
        wide={wide}
        chosen={chosenLanes}
      />
    </div>
  );
}
