// What every pool is given to do. `square`, `squares` and so on are named exports for piscina, tinypool and the engine.
export const square = (value) => value * value;
export const squares = ({ start, end }) => Array.from({ length: end - start }, (_, i) => (start + i) ** 2);
export function sum(values) {
  let total = 0;
  for (let i = 0; i < values.length; i += 1) total += values[i];
  return total;
}
export const exit = () => process.exit(1);
export const busy = () => {
  for (;;);
};
export const throwUndefined = () => {
  throw undefined;
};
export const uncloneable = () => ({ items: [() => 1] });
