import AxeBuilder from '@axe-core/playwright';
import { type AppDriver, expect } from './app';

type Theme = 'light' | 'dark';

/** Shows the app in a theme. */
async function show(app: AppDriver, theme: Theme): Promise<void> {
  await app.electron.evaluate(({ nativeTheme }, source) => {
    nativeTheme.themeSource = source;
  }, theme);
  await expect(app.page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
}

/**
 * What axe finds serious or critical, in both themes, on the page as it is now.
 *
 * @param within selector of what is new on it, where the rest has been looked at before
 */
export async function seriousFindings(app: AppDriver, within?: string): Promise<string[]> {
  const found: string[] = [];
  const shown = await app.page.locator('html').getAttribute('data-mantine-color-scheme');
  // Begins with the theme that is there: a look costs one change and not two.
  for (const theme of shown === 'dark' ? (['dark', 'light'] as const) : (['light', 'dark'] as const)) {
    const isFirst = theme === shown;
    if (!isFirst) await show(app, theme);
    // What still fades has no contrast yet, or none any more.
    await app.page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
    const isThere = await app.page.evaluate(() => 'axe' in window);
    // A page that has it already need not read half a megabyte of script again.
    const axe = new AxeBuilder({ page: app.page, ...(isThere && { axeSource: ';' }) })
      // Without it axe opens a page of its own, which Electron has not.
      .setLegacyMode(true)
      .options({
        // What is in order need not be told, which takes longer than to find it.
        resultTypes: ['violations'],
        // Style sheets are the same at every look; only a rule about turned screens reads them.
        preload: !isThere,
        // Themes differ in nothing but their colours.
        ...(!isFirst && { runOnly: { type: 'rule', values: ['color-contrast'] } }),
      });
    if (within !== undefined) {
      await expect(app.page.locator(within).first()).toBeVisible();
      axe.include(within);
    }
    const { violations } = await axe.analyze();
    for (const { id, impact, nodes } of violations)
      if (impact === 'serious' || impact === 'critical')
        found.push(...nodes.map((node) => `${theme}: ${id}: ${node.html}`));
  }
  return found;
}
