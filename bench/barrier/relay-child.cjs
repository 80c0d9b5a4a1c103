// One of two workers that talk through the server: asks as often as it is told, or answers what it is asked.
const port = process.parentPort
  ? {
      post: (message) => process.parentPort.postMessage(message),
      listen: (receive) => process.parentPort.on('message', (event) => receive(event.data)),
    }
  : { post: (message) => process.send(message), listen: (receive) => process.on('message', receive) };

let left = 0;
let rounds = 0;
let began = 0n;

port.listen((message) => {
  if (message.type === 'start') {
    rounds = message.rounds;
    left = rounds;
    began = process.hrtime.bigint();
    port.post({ type: 'ask', rank: 0 });
  } else if (message.type === 'ask') port.post({ type: 'answer', rank: 1 });
  else if (message.type === 'answer') {
    left -= 1;
    if (left > 0) port.post({ type: 'ask', rank: 0 });
    else port.post({ type: 'done', microseconds: Number(process.hrtime.bigint() - began) / 1000 / rounds });
  }
});
