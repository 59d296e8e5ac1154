// What each worker of the threaded detector runs, where it has a file of its own.
import { serveDetectorThread } from './detector-thread.ts';

serveDetectorThread(globalThis as never);
