import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appArguments, expect, fixture, test } from './app';

test('a second start hands its files to the window that is open, and ends', async ({ app }) => {
  const binary = await app.electron.evaluate(({ app: electronApp }) => electronApp.getPath('exe'));
  const { ELECTRON_RUN_AS_NODE: _node, NODE_OPTIONS: _options, ...env } = process.env;
  const second = spawn(binary, [...appArguments(app.dataFolder), fixture('work.yaml')], { env, stdio: 'ignore' });
  await once(second, 'exit');
  expect(second.exitCode).toBe(0);
  await expect(app.job).toHaveAccessibleName('Steady work');
  await expect(app.page.getByRole('option', { name: 'work.yaml' })).toBeVisible();
});
