/** One contender of a benchmark in a process of its own: tells its port, then its CPU time whenever it is asked. */
const [, , folder, name] = process.argv;
const { contenders } = await import(`${folder}contenders.mjs`);

const port = await contenders[name]();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMs: (user + system) / 1000, heapBytes: process.memoryUsage().heapUsed });
});
process.on('disconnect', () => process.exit());
process.send({ port });
