import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles/theme.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { perform } from './actions/registry';
import { onShortcut } from './actions/shortcuts';
import { App } from './app';
import { bridge } from './bridge';
import { reveal } from './state/actions';
import { connect } from './state/connect';
import { theme } from './styles/theme';

bridge.onCommand((command) => void perform(command));
bridge.onReveal(reveal);
window.addEventListener('keydown', onShortcut);
void connect(bridge, window.sessionStorage);

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
