// The plain way: an array in a message of child_process, and one back.
process.on('message', (/** @type {{ values?: Float64Array, length?: number }} */ message) => {
  process.send?.(message.values ? message.values.length : new Float64Array(message.length ?? 0));
});
