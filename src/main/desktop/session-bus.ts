import { createConnection } from 'node:net';

/** Longest time that the bus may take to answer, in milliseconds. */
const patienceMs = 2000;

const bus = 'org.freedesktop.DBus';

/**
 * Whether somebody on the session bus of a Linux desktop has a name: the one question that has to be asked there, of a
 * protocol that is simple enough to ask it without a library (https://dbus.freedesktop.org/doc/dbus-specification.html).
 *
 * @param address as in `DBUS_SESSION_BUS_ADDRESS`
 * @param name well-known name, such as `org.kde.StatusNotifierWatcher`
 * @returns false too where there is no bus, or none that answers
 */
export function hasOwner(address: string | undefined, name: string): Promise<boolean> {
  const path = socketOf(address);
  if (path === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let received = Buffer.alloc(0);
    let isAccepted = false;
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(patienceMs, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => resolve(false));
    socket.on('connect', () => {
      // Who asks is told by the socket; the number is only said again.
      const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
      socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
    });
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      if (!isAccepted) {
        const line = received.indexOf('\r\n');
        if (line < 0) return;
        if (!received.subarray(0, line).toString('latin1').startsWith('OK')) {
          end(false);
          return;
        }
        received = received.subarray(line + 2);
        isAccepted = true;
        socket.write('BEGIN\r\n');
        socket.write(busCall(1, 'Hello', []));
        socket.write(busCall(2, 'NameHasOwner', [name]));
      }
      const answer = answerTo(2, received);
      if (answer !== undefined) end(answer);
    });
  });
}

/** Path of the socket of an address, of several the first that has one. */
export function socketOf(address: string | undefined): string | undefined {
  for (const entry of (address ?? '').split(';')) {
    const path = /^unix:(?:.*,)?path=([^,]+)/.exec(entry)?.[1];
    if (path !== undefined) return decodeURIComponent(path);
  }
  return undefined;
}

/**
 * A method call to the bus itself.
 *
 * @param serial number of the call, from 1 on
 * @param args texts, and numbers without sign of 32 bits
 */
export function busCall(serial: number, method: string, args: readonly (string | number)[]): Buffer {
  const types = args.map((value) => (typeof value === 'string' ? 's' : 'u')).join('');
  const body = args
    .map((value) => (typeof value === 'string' ? text(value) : number(value)))
    .reduce((before, next) => Buffer.concat([pad(before, 4), next]), Buffer.alloc(0));
  const fields = [
    field(1, 'o', text(`/${bus.replaceAll('.', '/')}`)),
    field(2, 's', text(bus)),
    field(3, 's', text(method)),
    field(6, 's', text(bus)),
    // The types of the body.
    ...(types === '' ? [] : [field(8, 'g', Buffer.from(`${String.fromCharCode(types.length)}${types}\0`))]),
  ].reduce((before, next) => Buffer.concat([pad(before, 8), next]));
  const head = Buffer.alloc(16);
  head.write('l', 0);
  head[1] = 1;
  head[3] = 1;
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(serial, 8);
  head.writeUInt32LE(fields.length, 12);
  return Buffer.concat([head, pad(fields, 8), body]);
}

const field = (code: number, type: 'o' | 's' | 'g', value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([code, 1, type.charCodeAt(0), 0]), value]);

/** A text with its length before and a zero behind it. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([number(bytes.length), bytes, Buffer.alloc(1)]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** What comes next begins at a multiple of `to`. */
const pad = (bytes: Buffer, to: 4 | 8): Buffer => Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);

/** What the bus has answered to a call, a boolean; undefined while it has not. An error counts as no. */
function answerTo(serial: number, received: Buffer): boolean | undefined {
  for (let at = 0; at + 16 <= received.length; ) {
    const bodyLength = received.readUInt32LE(at + 4);
    const bodyAt = at + 16 + Math.ceil(received.readUInt32LE(at + 12) / 8) * 8;
    if (bodyAt + bodyLength > received.length) return undefined;
    const type = received[at + 1];
    if ((type === 2 || type === 3) && replySerial(received.subarray(at + 16, bodyAt)) === serial)
      return type === 2 && bodyLength >= 4 && received.readUInt32LE(bodyAt) === 1;
    at = bodyAt + bodyLength;
  }
  return undefined;
}

/** To which call a message answers: its field 5, a number. */
function replySerial(fields: Buffer): number | undefined {
  for (let at = 0; at + 8 <= fields.length; ) {
    const code = fields[at];
    const type = String.fromCharCode(fields[at + 2] ?? 0);
    if (code === 5 && type === 'u') return fields.readUInt32LE(at + 4);
    const length = type === 'u' ? 4 : type === 'g' ? 2 + (fields[at + 4] ?? 0) : 5 + fields.readUInt32LE(at + 4);
    at += Math.ceil((4 + length) / 8) * 8;
  }
  return undefined;
}
