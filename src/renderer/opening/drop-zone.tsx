import { IconFileImport } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import classes from './drop-zone.module.css';

/** So long after the last word of something held, nothing is held any more, in milliseconds. */
const heldMs = 800;

/**
 * Says over the whole window that files can be dropped, while some are held over it. The preload script hears the drop
 * itself: only it may know where a file lies.
 */
export function DropZone() {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    // While something is held over the window it is told so several times a second; of its leaving not always.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const drop = (): void => {
      clearTimeout(timer);
      setOver(false);
    };
    const over = (event: DragEvent): void => {
      clearTimeout(timer);
      timer = setTimeout(drop, heldMs);
      setOver(event.dataTransfer?.types.includes('Files') === true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) drop();
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  if (!isOver) return null;
  return (
    <div className={classes.zone} data-testid="drop-zone">
      <div className={classes.text}>
        <IconFileImport size={32} stroke={1.5} aria-hidden="true" />
        Drop job files to open them
      </div>
    </div>
  );
}
