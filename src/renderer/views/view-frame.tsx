import { ActionIcon, type ActionIconProps, Tooltip } from '@mantine/core';
import { IconArrowsDiagonal, IconArrowsDiagonalMinimize2 } from '@tabler/icons-react';
import { createContext, type KeyboardEvent, type ReactNode, type Ref, useContext } from 'react';
import classes from './view-frame.module.css';

/** Whether a view has the whole panel, and how that is changed; null where there is nothing else beside it. */
export interface Expansion {
  readonly expanded: boolean;
  readonly toggle: () => void;
}

export const ExpansionContext = createContext<Expansion | null>(null);

interface ViewFrameProps {
  readonly title: string;
  /** What is pointed at, or how large it is. */
  readonly note?: ReactNode;
  /** What is not shown, and why. */
  readonly warning?: string | undefined;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

/** A view of a result under its title, with its tools. Escape gives an expanded one its place back. */
export function ViewFrame({ title, note, warning, tools, children }: ViewFrameProps) {
  const expansion = useContext(ExpansionContext);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || expansion?.expanded !== true) return;
    event.preventDefault();
    expansion.toggle();
  };
  return (
    <section className={`${classes.frame} num`} aria-label={title} onKeyDown={onKeyDown}>
      <header className={classes.header}>
        <h3 className={classes.title} title={title}>
          {title}
        </h3>
        <div className={classes.note}>{note}</div>
        <div className={classes.tools}>
          {tools}
          {expansion !== null && <ExpandButton {...expansion} />}
        </div>
      </header>
      <div className={classes.body}>{children}</div>
      {warning !== undefined && <p className={classes.warning}>{warning}</p>}
    </section>
  );
}

function ExpandButton({ expanded, toggle }: Expansion) {
  const Icon = expanded ? IconArrowsDiagonalMinimize2 : IconArrowsDiagonal;
  return (
    <ToolButton
      label={expanded ? 'Give the others room (Esc)' : 'Show only this'}
      icon={<Icon size={16} stroke={1.7} />}
      onClick={toggle}
    />
  );
}

interface ToolButtonProps extends Omit<ActionIconProps, 'children'> {
  readonly label: string;
  readonly icon: ReactNode;
  readonly onClick?: () => void;
  /** For a switch: whether it is on. */
  readonly pressed?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A small button of a tool bar; its label shows on pointing. It can be the target of a menu. */
export function ToolButton({ label, icon, pressed, ...rest }: ToolButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={26}
        variant={pressed === true ? 'light' : 'subtle'}
        color={pressed === true ? 'indigo' : 'gray'}
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
      >
        <span className={classes.icon} aria-hidden="true">
          {icon}
        </span>
      </ActionIcon>
    </Tooltip>
  );
}
