import { isMainThread } from 'node:worker_threads';
import { ClusterWorker, ThreadWorker } from 'poolifier';
import * as work from './work.mjs';

export default isMainThread ? new ClusterWorker({ ...work }) : new ThreadWorker({ ...work });
