'use strict';
// Unary calls of @grpc/grpc-js, server and client in one process: grpc.js SECONDS prints calls/s.
const grpc = require('@grpc/grpc-js');

const identity = (bytes) => bytes;
const service = {
  Echo: {
    path: '/bench.Echo/Echo',
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  },
};
const Client = grpc.makeGenericClientConstructor(service, 'Echo');
const IN_FLIGHT = 64;

const server = new grpc.Server();
server.addService(service, { Echo: (call, callback) => callback(null, call.request) });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const payload = Buffer.from('a hundred bytes of nothing in particular '.repeat(3).slice(0, 100));
  let calls = 0;
  const call = () => {
    client.Echo(payload, (failure) => {
      if (failure) throw failure;
      calls++;
      call();
    });
  };
  for (let i = 0; i < IN_FLIGHT; i++) call();
  const seconds = Number(process.argv[2] ?? 3);
  setTimeout(() => {
    calls = 0;
    const started = process.hrtime.bigint();
    setTimeout(() => {
      console.log((calls * 1e9) / Number(process.hrtime.bigint() - started));
      process.exit();
    }, seconds * 1000);
  }, 1000);
});
