import { IconArrowLeft, IconCopy, IconCurrentLocation, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import type { ItemDetail } from '../../shared/items';
import type { ResultRef } from '../../shared/result';
import { bridge } from '../bridge';
import { formatCount, formatDuration } from '../lib/format';
import { indexLooks } from '../lib/states';
import { useItem } from '../state/use-items';
import { ToolButton } from '../views/view-frame';
import { ErrorBlock, errorText } from './error-block';
import errors from './error-panel.module.css';
import classes from './item-detail.module.css';
import { FinalResult } from './result-panel';

interface ItemDetailPanelProps {
  readonly source: ResultRef;
  readonly index: number;
  readonly hasNames: boolean;
  /** It stands in place of the list. */
  readonly isAlone: boolean;
  readonly onLocate: (index: number) => void;
  readonly onClose: () => void;
}

/** One item in full: how it went, what it came to, why it failed. */
export function ItemDetailPanel({ source, index, hasNames, isAlone, onLocate, onClose }: ItemDetailPanelProps) {
  const detail = useItem(source, index);
  const [tools, setTools] = useState<HTMLElement | null>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  };
  const title = `Item ${formatCount(index)}`;
  return (
    <section
      className={`${classes.detail} ${isAlone ? classes.alone : ''}`}
      aria-label={title}
      onKeyDown={onKeyDown}
      data-testid="item-detail"
    >
      <header className={classes.head}>
        {isAlone && <ToolButton label="Back to the items (Esc)" icon={<IconArrowLeft size={16} />} onClick={onClose} />}
        <h3 className={`${classes.title} num`}>
          {title}
          {hasNames && detail !== null && ':'}
        </h3>
        <span className={classes.name} title={detail?.name}>
          {hasNames ? detail?.name : ''}
        </span>
        <div ref={setTools} className={classes.tools} />
        <ToolButton
          label="Show it in the range"
          icon={<IconCurrentLocation size={16} stroke={1.7} />}
          onClick={() => onLocate(index)}
        />
        {!isAlone && <ToolButton label="Close (Esc)" icon={<IconX size={16} stroke={1.7} />} onClick={onClose} />}
      </header>
      {detail !== null && (
        <Body key={`${detail.state} ${detail.attempts}`} source={source} detail={detail} tools={tools} />
      )}
    </section>
  );
}

interface BodyProps {
  readonly source: ResultRef;
  readonly detail: ItemDetail;
  readonly tools: HTMLElement | null;
}

function Body({ source, detail, tools }: BodyProps) {
  const { index, state, attempts, ms, rank, error, hasValue } = detail;
  const value = useMemo<ResultRef>(() => ({ ...source, item: index }), [source, index]);
  const { text, tone } = indexLooks[state];
  return (
    <>
      <p className={`${classes.facts} num`}>
        <span className={`${classes.state} tone-${tone}`}>{text}</span>
        {rank !== null && <span>rank {rank}</span>}
        {ms !== null && <span>took {formatDuration(ms)}</span>}
        {attempts > 1 && <span>{attempts} tries</span>}
      </p>
      {error !== null && (
        <div className={`${errors.error} ${classes.error} ${hasValue ? '' : classes.only}`} data-testid="item-error">
          <div className={errors.heading}>
            <span className={`${errors.name} mono`}>{error.name}</span>
            <span className={errors.ranks} />
            <ToolButton
              label="Copy the error"
              icon={<IconCopy size={15} stroke={1.7} />}
              onClick={() => void bridge.copyText(errorText(error))}
            />
          </div>
          <ErrorBlock error={error} />
        </div>
      )}
      {hasValue && <FinalResult source={value} output={null} tools={tools} />}
      {!hasValue && error === null && <p className={classes.nothing}>{nothingText(detail)}</p>}
    </>
  );
}

function nothingText({ state, text }: ItemDetail): string {
  switch (state) {
    case 'waiting':
      return 'This item has not been worked on yet.';
    case 'running':
      return 'This item is being worked on.';
    case 'done':
      return text === '' ? 'This item returned nothing.' : `${text}.`;
    case 'skipped':
      return 'This item was left out: the job was given up before its turn, or the same item of a job that it needs was not done.';
    case 'failed':
    case 'lost':
      return 'Why this item failed is not kept any more: there were too many. The Errors tab tells the kinds of errors.';
  }
}
