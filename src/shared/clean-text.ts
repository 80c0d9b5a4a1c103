/**
 * Text of labels, logs and errors as one line that cannot steer a terminal: escape sequences are taken out whole,
 * other control characters and those that reverse the direction of text become spaces or nothing.
 */
export function cleanText(text: string): string {
  return cleanLine(text).replaceAll(/\t+/g, ' ');
}

/** The same for a line of output in the window, where tabs stay. */
export function cleanLine(text: string): string {
  // Nearly all text is that, and a flood of it is looked at only once.
  if (!/[^\t -~]/.test(text)) return text;
  return text
    .replace(ansiSequence, '')
    .replace(/[\n\r\u2028\u2029]+/g, ' ')
    .replace(/(?!\t)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}

// CSI, OSC and other string sequences with their terminators, then two-character escapes; ESC and their C1 forms.
const ansiSequence =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
