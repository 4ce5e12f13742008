// The other end of every measurement: node:tls in a process of its own, so that only one end is measured.
import tls from 'node:tls';

/** What a connection is for is told by its ALPN protocol. */
const jobs = {
  handshake: (socket) => socket.end(),
  echo: (socket) => socket.on('data', (data) => socket.write(data)),
  sink: (socket) => {
    let left = 0;
    socket.once('data', (data) => {
      left = Number(data.readBigUInt64BE());
      count(data.subarray(8));
      socket.on('data', count);
    });
    const count = (data) => {
      left -= data.length;
      if (left <= 0) socket.end('done');
    };
  },
  source: (socket) =>
    socket.once('data', (data) => {
      let left = Number(data.readBigUInt64BE());
      const block = Buffer.alloc(65_536, 1);
      const more = () => {
        while (left > 0) {
          const part = left < block.length ? block.subarray(0, left) : block;
          left -= part.length;
          if (!socket.write(part)) return void socket.once('drain', more);
        }
        socket.end();
      };
      more();
    }),
  idle: () => {},
};

process.once('message', ({ key, cert, maxVersion }) => {
  const server = tls.createServer({ key, cert, maxVersion, ALPNProtocols: Object.keys(jobs) }, (socket) => {
    socket.on('error', () => {});
    socket.setNoDelay(true);
    jobs[socket.alpnProtocol || 'idle'](socket);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
});
process.on('disconnect', () => process.exit());
