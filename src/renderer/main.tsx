import { firstSnapshot } from './state/first-snapshot';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles/theme.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { tellEnabled } from './actions/enabled';
import { perform } from './actions/registry';
import { onShortcut } from './actions/shortcuts';
import { App } from './app';
import { bridge } from './bridge';
import { followCost } from './components/engine-cost';
import { followRecent } from './opening/recent-store';
import { loadSettings } from './settings/settings-store';
import { reveal } from './state/actions';
import { connect } from './state/connect';
import { say } from './state/notices';
import { theme } from './styles/theme';

bridge.onCommand((command) => void perform(command));
bridge.onReveal((fileKey) => void reveal(fileKey));
bridge.onTold(({ tone, title, text }) => say(text, tone, title));
window.addEventListener('keydown', onShortcut);
followCost();
void connect(bridge, window.sessionStorage, firstSnapshot);
void loadSettings();
void followRecent();
tellEnabled(bridge);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');

// Mantine's generated style elements would need `unsafe-inline`; its variables and classes come from style sheets here.
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <Notifications position="bottom-right" />
      <App />
    </MantineProvider>
  </StrictMode>,
);
