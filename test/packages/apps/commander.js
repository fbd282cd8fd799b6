'use strict';
const { Command } = require('commander');

const program = new Command('tool').version('1.2.3').description('a tool');
program
  .command('add <numbers...>')
  .option('-s, --scale <n>', 'scale', parseFloat, 1)
  .action((numbers, { scale }) => console.log(numbers.reduce((sum, n) => sum + Number(n), 0) * scale));
program
  .command('greet [name]')
  .option('--loud')
  .action(async (name = 'world', { loud }) => {
    await null;
    console.log(loud ? `HELLO ${name.toUpperCase()}` : `hello ${name}`);
  });
program.parseAsync();
