import { createTheme, InputWrapper, Menu, Modal, SegmentedControl, Tooltip } from '@mantine/core';

/** What Mantine's components take from the theme in script; colours and sizes are in theme.css. */
export const theme = createTheme({
  primaryColor: 'indigo',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Scroll locking adds a style element, which the content security policy forbids; the page itself never scrolls.
    Modal: Modal.extend({
      defaultProps: {
        lockScroll: false,
        closeButtonProps: { 'aria-label': 'Close' },
        centered: true,
        radius: 'md',
        overlayProps: { backgroundOpacity: 0.4 },
      },
    }),
    // The placeholder that would take the focus first is no item, which a menu must not have.
    Menu: Menu.extend({ defaultProps: { shadow: 'md', radius: 'md', withInitialFocusPlaceholder: false } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { withItemsBorders: false } }),
    // Below, so that fields side by side stand in one line however long their descriptions are.
    InputWrapper: InputWrapper.extend({
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: true, fz: 'xs' } }),
  },
});
