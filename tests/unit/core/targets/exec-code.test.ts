import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { checkCode, runCode } from '../../../../src/core/targets/exec-code';

const require = createRequire(import.meta.url);
const run = (code: string, locals = {}, returnName = 'result') =>
  runCode('the proc', require, code, returnName, locals);

describe('a piece of code', () => {
  it.each([
    'const result = 1',
    'let result = 1',
    'var result = 1',
    'result = 1',
    'return 1',
    'function result() {} result = 1',
  ])('gives its variable: %s', async (code) => {
    expect(await run(code)).toBe(1);
  });

  it('has proc, require and its locals in scope, and may wait', async () => {
    expect(
      await run("result = [proc, typeof require, a + (await Promise.resolve(b)), 'done'] // end", { a: 1, b: 2 }),
    ).toEqual(['the proc', 'function', 3, 'done']);
    expect(await run('count += 1', { count: 1 }, 'count')).toBe(2);
    expect(await run('const unused = 1')).toBeUndefined();
  });

  it('is strict, so that it leaves nothing behind', async () => {
    await expect(run('leak = 1')).rejects.toThrow('leak is not defined');
  });

  it('is named in stacks, with its own lines and columns', async () => {
    const stack = async (code: string) => run(code).then(String, (error: unknown) => (error as Error).stack);
    expect(await stack("throw new Error('x')")).toMatch(/concurrentExec:1:7/);
    expect(await stack("\n\n  throw new Error('x')")).toMatch(/concurrentExec:3:9/);
  });

  it('is refused before it runs when it cannot be parsed or a name is none', () => {
    expect(() => checkCode('const = 1', {}, 'result')).toThrow(SyntaxError);
    expect(() => checkCode(1, {}, 'result')).toThrow('as a string');
    expect(() => checkCode('', [], 'result')).toThrow('locals must be an object');
    expect(() => checkCode('', {}, 1)).toThrow('returnName');
    for (const name of ['a b', '1a', 'class', 'await', 'eval', '', 'a=1', 'a,b']) {
      expect(() => checkCode('', { [name]: 1 }, 'result'), name).toThrow('cannot be the name of a variable');
    }
    expect(() => checkCode('', { require: 1 }, 'result')).toThrow('which the code has already');
    expect(() => checkCode('', { values: [], partitionArgs: ['values'] }, 'result')).not.toThrow();
  });
});
