// Prints what each library makes of a few inputs; the test compares with what it must be.
const results = {};

const { Chalk } = await import('chalk');
results.chalk = new Chalk({ level: 1 }).bold.red('x');

const { default: _ } = await import('lodash');
results.lodash = [
  _.chunk([1, 2, 3, 4, 5], 2),
  _.get({ a: [{ b: 7 }] }, 'a[0].b'),
  _.kebabCase('fooBar'),
  _.isEqual(new Map([[1, { a: 2 }]]), new Map([[1, { a: 2 }]])),
  _.template('<%= a %>!')({ a: 'hi' }),
];

const { z } = await import('zod');
const schema = z.object({
  name: z.string().min(2),
  age: z.coerce.number().int().positive(),
  tags: z.array(z.string()).default([]),
});
results.zod = [
  schema.parse({ name: 'Ada', age: '36' }),
  schema.safeParse({ name: 'A', age: -1 }).error.issues.map((i) => i.path.join('.')),
];

const uuid = await import('uuid');
results.uuid = [
  uuid.validate(uuid.v4()),
  uuid.validate(uuid.v7()),
  uuid.v5('vireo', uuid.v5.URL),
  uuid.version(uuid.v1()),
];

const dotenv = (await import('dotenv')).default;
results.dotenv = dotenv.parse('A=1\nB="two words"\n# comment\nC=\'x\\ny\'\n');

console.log(JSON.stringify(results));
