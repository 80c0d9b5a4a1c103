import { create } from 'zustand';

/** What the window shows beside the queue: the selected job or file, or something of its own. */
export type Page = 'jobs' | 'new-job' | 'history' | 'settings' | 'help';

const pages: readonly Page[] = ['jobs', 'new-job', 'history', 'settings', 'help'];
const storageKey = 'page';

interface PageState {
  readonly page: Page;
  /** What lies over the page. */
  readonly overlay: 'palette' | 'shortcuts' | 'about' | null;
}

/** Where the person is. The page outlives a reload. */
export const usePage = create<PageState>()(() => ({ page: storedPage(), overlay: null }));

/** Leads to a page. */
export function showPage(page: Page): void {
  usePage.setState({ page, overlay: null });
  sessionStorage.setItem(storageKey, page);
}

/** Opens something over the page, or closes it with null. */
export const showOverlay = (overlay: PageState['overlay']): void => usePage.setState({ overlay });

function storedPage(): Page {
  const stored = sessionStorage.getItem(storageKey);
  return pages.find((page) => page === stored) ?? 'jobs';
}
