import { AppDriver, expect, fixture, test } from './app';

test.use({ jobFiles: [fixture('work.yaml')] });

const scheme = (app: AppDriver) => app.page.locator('html');

test('settings act at once, are refused with a reason, and are there after a restart, as is code that was agreed to', async ({
  app,
}) => {
  const { page } = app;
  await app.run('squares');
  await app.trust();
  await app.state('done');
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('region', { name: 'Settings' })).toBeVisible();

  await page.getByRole('combobox', { name: 'Theme' }).selectOption('Dark');
  await expect(scheme(app)).toHaveAttribute('data-mantine-color-scheme', 'dark');

  const processes = page.getByRole('textbox', { name: 'Number of processes' });
  await processes.fill('1');
  await processes.press('Enter');
  await expect(page.getByTestId('workers')).toContainText('1 worker');
  await processes.fill('1000');
  await processes.press('Tab');
  await expect(processes).toHaveAccessibleDescription(/^It must be a whole number from 1 to \d+, not "1000"\.$/);
  await expect(page.getByTestId('workers')).toContainText('1 worker');

  const idle = page.getByRole('textbox', { name: 'Idle processes end after' });
  await idle.fill('50ms');
  await idle.press('Enter');
  await expect(page.getByTestId('worker-pid')).toHaveText('–');
  await idle.fill('');
  await idle.press('Enter');
  await app.quit();

  const again = await AppDriver.launch([fixture('work.yaml')], app.dataFolder);
  try {
    await expect(scheme(again)).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await expect(again.page.getByTestId('workers')).toContainText('1 worker');
    await again.page.keyboard.press('Control+,');
    await expect(again.page.getByRole('textbox', { name: 'Number of processes' })).toHaveValue('1');
    await again.page.getByRole('textbox', { name: 'Number of processes' }).fill('');
    await again.page.keyboard.press('Enter');
    await expect(again.page.getByTestId('workers')).not.toContainText('1 worker ');

    await again.run('squares');
    await again.state('done');
    await again.page.keyboard.press('Control+,');
    await again.page.getByRole('button', { name: /^Forget .*fixtures$/ }).click();
    await expect(again.page.getByText('None yet.')).toBeVisible();
    await again.run('failing');
    await expect(again.page.getByRole('dialog')).toContainText('work.mjs#failing');
  } finally {
    await again.quit();
  }
});
