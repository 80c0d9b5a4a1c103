// A program of plain Node with a server: calls `run` of the file that it is given, with a folder to work in.
import { pathToFileURL } from 'node:url';
import * as engine from 'procession';

const [file = '', folder = ''] = process.argv.slice(2);
const { run } = await import(pathToFileURL(file).href);
run(engine, {}, folder);
