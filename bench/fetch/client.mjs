// Requests a second of fetch() to a local server (http/ceiling.c), 32 at a time; prints "requests/s MiB".
const [target, seconds = '3'] = process.argv.slice(2);

async function run(milliseconds) {
  const end = performance.now() + milliseconds;
  let count = 0;
  const one = async () => {
    while (performance.now() < end) {
      const response = await fetch(target);
      const text = await response.text();
      if (text !== 'Hello, World!') throw new Error(text);
      count++;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: 32 }, one));
  return (count / (performance.now() - started)) * 1000;
}

await run(1000);
const rate = await run(Number(seconds) * 1000);
console.log(`${rate} ${process.memoryUsage().rss / 1048576}`);
process.exit();
