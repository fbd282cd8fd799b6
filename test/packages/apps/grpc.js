// A gRPC server and its client, one program: unary calls, streams in both directions, metadata, errors, deadlines.
const assert = require('node:assert');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const path = require('node:path');

const definition = loader.loadSync(path.join(__dirname, 'grpc.proto'));
const { Numbers } = grpc.loadPackageDefinition(definition).test;

const implementation = {
  square(call, callback) {
    const { value } = call.request;
    if (value < 0) {
      callback({ code: grpc.status.INVALID_ARGUMENT, details: 'negative' });
      return;
    }
    if (value === 7) return; // never answers
    const metadata = new grpc.Metadata();
    metadata.set('x-seen', call.metadata.get('x-sent')[0] ?? 'nothing');
    call.sendMetadata(metadata);
    const trailers = new grpc.Metadata();
    trailers.set('x-trailer', 'end');
    callback(null, { value: value * value }, trailers);
  },
  count(call) {
    for (let value = 1; value <= call.request.value; value++) call.write({ value });
    call.end();
  },
  sum(call, callback) {
    let value = 0;
    call.on('data', (message) => (value += message.value));
    call.on('end', () => callback(null, { value }));
  },
  doubles(call) {
    call.on('data', ({ value }) => call.write({ value: value * 2 }));
    call.on('end', () => call.end());
  },
};

async function main() {
  const server = new grpc.Server();
  server.addService(Numbers.service, implementation);
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const client = new Numbers(`127.0.0.1:${port}`, grpc.credentials.createInsecure());

  // unary
  const metadata = new grpc.Metadata();
  metadata.set('x-sent', 'hello');
  await new Promise((resolve, reject) => {
    const call = client.square({ value: 12 }, metadata, (error, answer) => {
      if (error) reject(error);
      else assert.strictEqual(answer.value, 144);
    });
    call.on('metadata', (received) => assert.deepStrictEqual(received.get('x-seen'), ['hello']));
    call.on('status', (status) => {
      assert.deepStrictEqual(status.metadata.get('x-trailer'), ['end']);
      resolve();
    });
  });
  const many = await Promise.all(
    Array.from(
      { length: 500 },
      (_, value) =>
        new Promise((resolve, reject) =>
          client.square({ value: value + 100 }, (error, answer) => (error ? reject(error) : resolve(answer.value))),
        ),
    ),
  );
  assert.deepStrictEqual(
    many,
    Array.from({ length: 500 }, (_, value) => (value + 100) ** 2),
  );
  console.log('unary');

  const failure = await new Promise((resolve) => client.square({ value: -1 }, resolve));
  assert.strictEqual(failure.code, grpc.status.INVALID_ARGUMENT);
  assert.strictEqual(failure.details, 'negative');
  const late = await new Promise((resolve) => client.square({ value: 7 }, { deadline: Date.now() + 100 }, resolve));
  assert.strictEqual(late.code, grpc.status.DEADLINE_EXCEEDED);
  console.log('errors');

  let last = 0;
  for await (const { value } of client.count({ value: 2000 })) assert.strictEqual(value, ++last);
  assert.strictEqual(last, 2000);
  console.log('server streaming');

  const total = await new Promise((resolve, reject) => {
    const call = client.sum((error, answer) => (error ? reject(error) : resolve(answer.value)));
    for (let value = 1; value <= 1000; value++) call.write({ value });
    call.end();
  });
  assert.strictEqual(total, 500_500);
  console.log('client streaming');

  const call = client.doubles();
  const doubles = [];
  call.on('data', ({ value }) => doubles.push(value));
  for (let value = 0; value < 100; value++) call.write({ value });
  call.end();
  await new Promise((resolve, reject) => call.on('end', resolve).on('error', reject));
  assert.deepStrictEqual(
    doubles,
    Array.from({ length: 100 }, (_, value) => value * 2),
  );
  console.log('both ways');

  client.close();
  await new Promise((resolve, reject) => server.tryShutdown((error) => (error ? reject(error) : resolve())));
  console.log('closed');
}

main();
