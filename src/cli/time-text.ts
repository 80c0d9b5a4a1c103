/** A time span as a person says it: `0.4 s`, `12.3 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Time of day of a moment, `14:32:05`; with the date in front when it is not the day of `now`. */
export function clockText(at: number, now: number): string {
  const date = new Date(at);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())} ${time.slice(0, 5)}`;
}

/** Items a second, or a minute or an hour when that is less than one: `5.1/s`, `840/s`, `12/min`. */
export function rateText(perSecond: number): string {
  if (perSecond >= 1) return `${threeDigits(perSecond)}/s`;
  return perSecond * 60 >= 1 ? `${threeDigits(perSecond * 60)}/min` : `${threeDigits(perSecond * 3600)}/h`;
}

function threeDigits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(0) : value.toFixed(1);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
