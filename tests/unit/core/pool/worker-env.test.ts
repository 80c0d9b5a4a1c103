import { describe, expect, it } from 'vitest';
import { workerEnvironment } from '../../../../src/core/pool/worker-env';

describe('the environment of a worker', () => {
  it('has what programs need to find their way', () => {
    const given = {
      PATH: '/bin',
      HOME: '/home/ada',
      LANG: 'de_DE',
      LC_ALL: 'C',
      TZ: 'UTC',
      TMPDIR: '/t',
      XDG_CACHE_HOME: '/c',
    };
    expect(workerEnvironment(given)).toEqual(given);
  });

  it('has none of the secrets and switches of the server', () => {
    expect(
      workerEnvironment({
        AWS_SECRET_ACCESS_KEY: 'x',
        GITHUB_TOKEN: 'x',
        NODE_OPTIONS: '--require evil',
        NODE_PATH: '/x',
        ELECTRON_RUN_AS_NODE: '1',
        LD_PRELOAD: 'x.so',
        SSH_AUTH_SOCK: '/s',
        PATHOLOGY: 'x',
      }),
    ).toEqual({});
  });

  it('knows names in whatever case Windows writes them, and keeps them so', () => {
    expect(workerEnvironment({ Path: 'C:\\', SystemRoot: 'C:\\Windows', ProgramFiles: 'x' })).toEqual({
      Path: 'C:\\',
      SystemRoot: 'C:\\Windows',
    });
  });

  it('leaves out what has no value', () => {
    expect(workerEnvironment({ HOME: undefined, LANG: '' })).toEqual({ LANG: '' });
  });

  it('is taken from the program itself when nothing is given', () => {
    expect(workerEnvironment().PATH).toBe(process.env.PATH);
  });
});
