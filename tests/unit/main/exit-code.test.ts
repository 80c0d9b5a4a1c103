import { describe, expect, it } from 'vitest';
import { describeExitCode } from '../../../src/main/exit-code';

describe('the exit code of a utility process', () => {
  it.each([
    [9, 'SIGKILL'],
    [15, 'SIGTERM'],
    [11, 'SIGSEGV'],
    [6, 'SIGABRT'],
  ])('%i is the signal %s', (code, signal) => {
    expect(describeExitCode(code, 'linux')).toEqual({ code: null, signal });
  });

  it.each([0, 1, 70, 255])('%i is a code', (code) => {
    expect(describeExitCode(code, 'linux')).toEqual({ code, signal: null });
  });

  it('is never a signal on Windows', () => {
    expect(describeExitCode(9, 'win32')).toEqual({ code: 9, signal: null });
  });
});
