import { useAnnouncement } from '../state/announcer';

/** Reads out what became of jobs when nothing else is being read. */
export function LiveRegion() {
  const text = useAnnouncement((state) => state.text);
  return (
    <div className="sr-only" role="status" data-testid="announcement">
      {text}
    </div>
  );
}
