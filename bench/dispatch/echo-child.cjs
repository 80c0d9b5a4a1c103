// The other end of the ping-pong, in a forked child or in a utility process.
if (process.parentPort) process.parentPort.on('message', (event) => process.parentPort.postMessage(event.data));
else process.on('message', (message) => process.send(message));
