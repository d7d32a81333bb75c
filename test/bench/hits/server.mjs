/** One contender in a process of its own: tells its port, then its CPU time whenever it is asked. */
import { contenders } from './contenders.mjs';

const port = await contenders[process.argv[2]]();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMs: (user + system) / 1000, heapBytes: process.memoryUsage().heapUsed });
});
process.on('disconnect', () => process.exit());
process.send({ port });
