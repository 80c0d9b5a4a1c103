import { Anchor, Button, Modal } from '@mantine/core';
import { IconCheck, IconCopy, IconFolderOpen } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { AboutInfo } from '../../shared/ipc-desktop';
import { openPlace } from '../actions/view-actions';
import { bridge } from '../bridge';
import { Logo } from '../components/logo';
import { formatPlural } from '../lib/format';
import { showOverlay, usePage } from '../state/page';
import classes from './about.module.css';

/** What this is, in which version, where its data lies. */
export function About() {
  const opened = usePage((state) => state.overlay === 'about');
  return (
    <Modal opened={opened} onClose={() => showOverlay(null)} title="About Procession" size={520}>
      <Facts />
    </Modal>
  );
}

function Facts() {
  const [info, setInfo] = useState<AboutInfo | null>(null);
  useEffect(() => {
    let isShown = true;
    void bridge.getAbout().then((answer) => {
      if (isShown) setInfo(answer);
    });
    return () => {
      isShown = false;
    };
  }, []);
  if (info === null) return null;
  return (
    <div className={classes.about}>
      <div className={classes.head}>
        <Logo size={44} />
        <div>
          <p className={`${classes.name} num`}>Procession {info.version}</p>
          <p className={classes.text}>Runs one function over a range of indices on every core of your computer.</p>
        </div>
      </div>
      <dl className={classes.facts}>
        <Fact label="Electron">
          <span className="num">{info.electron}</span>{' '}
          <Anchor
            size="sm"
            href={`https://github.com/electron/electron/releases/tag/v${info.electron}`}
            target="_blank"
            rel="noreferrer"
          >
            Release notes
          </Anchor>
        </Fact>
        <Fact label="Chrome">
          <span className="num">{info.chrome}</span>
        </Fact>
        <Fact label="Node">
          <span className="num">{info.node}</span>
        </Fact>
        <Fact label="System">
          {info.system}, {formatPlural(info.processors, 'processor')}
        </Fact>
        <Fact label="Data folder">
          <Place path={info.dataFolder} label="Open the data folder" onOpen={() => void openPlace('data')} />
        </Fact>
        <Fact label="Log">
          <Place path={info.log} label="Open the logs" onOpen={() => void openPlace('logs')} />
        </Fact>
      </dl>
      <details className={classes.licence}>
        <summary>Licence: {info.licence.split('\n')[0]}</summary>
        <pre className="mono" tabIndex={0} aria-label="Text of the licence">
          {info.licence}
        </pre>
      </details>
      <CopyVersions info={info} />
    </div>
  );
}

const Fact = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </>
);

interface PlaceProps {
  readonly path: string;
  readonly label: string;
  readonly onOpen: () => void;
}

const Place = ({ path, label, onOpen }: PlaceProps) => (
  <span className={classes.place}>
    <span className={`${classes.path} mono`}>{path}</span>
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<IconFolderOpen size={14} stroke={1.7} />}
      aria-label={label}
      onClick={onOpen}
    >
      Open
    </Button>
  </span>
);

/** What a report of a bug begins with. */
function CopyVersions({ info }: { readonly info: AboutInfo }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await bridge.copyText(versionsText(info));
    setCopied(true);
  };
  return (
    <div className={classes.foot}>
      <span className={classes.text}>For a report of a bug:</span>
      <Button
        size="xs"
        leftSection={isCopied ? <IconCheck size={15} /> : <IconCopy size={15} />}
        onClick={() => void copy()}
      >
        {isCopied ? 'Copied' : 'Copy the versions'}
      </Button>
    </div>
  );
}

/** All versions in one text; no paths, which tell who somebody is. */
const versionsText = ({ version, electron, chrome, node, system, processors }: AboutInfo): string =>
  [
    `Procession ${version}`,
    `Electron ${electron}, Chrome ${chrome}, Node ${node}`,
    `${system}, ${formatPlural(processors, 'processor')}`,
  ].join('\n');
