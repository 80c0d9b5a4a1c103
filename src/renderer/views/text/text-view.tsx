import { IconCopy } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ShownViewOf } from '../../../shared/result';
import { bridge } from '../../bridge';
import { formatPlural } from '../../lib/format';
import { LineList, WrapButton } from '../lines/line-list';
import { LineSearchField, useLineSearch } from '../lines/line-search';
import classes from '../lines/lines.module.css';
import { MarkedText } from '../lines/marked-text';
import { linesOf } from '../lines/text-lines';
import { ToolButton, ViewFrame } from '../view-frame';

/** A text with the numbers of its lines. */
export function TextView({ view }: { readonly view: ShownViewOf<'text'> }) {
  const { title, text, reduced } = view;
  const lines = useMemo(() => linesOf(text), [text]);
  const [wrap, setWrap] = useState(true);
  const [search, setSearch] = useLineSearch();
  const digits = String(lines.length).length;

  return (
    <ViewFrame
      title={title}
      note={formatPlural(lines.length, 'line')}
      warning={reduced?.note}
      tools={
        <>
          <LineSearchField label={`Search ${title}`} lines={lines} onChange={setSearch} />
          <WrapButton wrap={wrap} onChange={setWrap} />
          <ToolButton
            label="Copy the text"
            icon={<IconCopy size={16} stroke={1.7} />}
            onClick={() => void bridge.copyText(text)}
          />
        </>
      }
    >
      {text === '' ? (
        <p className={classes.empty}>This text is empty.</p>
      ) : (
        <LineList
          label={title}
          count={lines.length}
          wrap={wrap}
          search={search}
          line={(place) => (
            <>
              <span className={classes.number} style={{ width: `${digits}ch` }} aria-hidden="true">
                {lines[place]?.number}
              </span>
              <span className={classes.text}>
                <MarkedText text={lines[place]?.text ?? ''} mark={search.mark} />
              </span>
            </>
          )}
        />
      )}
    </ViewFrame>
  );
}
