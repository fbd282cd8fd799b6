import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';

const argv = await yargs(hideBin(process.argv))
  .scriptName('tool')
  .option('count', { alias: 'c', type: 'number', default: 1, describe: 'how many' })
  .option('tag', { type: 'array', string: true })
  .strict()
  .parse();
console.log(JSON.stringify({ count: argv.count, tag: argv.tag, rest: argv._ }));
