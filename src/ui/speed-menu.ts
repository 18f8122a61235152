import type { MenuItem } from './menu-item.ts';

export function speedItems(rates: readonly number[], current: number, normal: string): readonly MenuItem[] {
  return rates.map((rate) => ({
    value: String(rate),
    label: rate === 1 ? normal : speedLabel(rate),
    checked: rate === current,
  }));
}

export const speedLabel = (rate: number) => `${Number(rate.toFixed(2))}×`;

/** The next rate up or down the list from `current`, which need not be on it. */
export function nextSpeed(rates: readonly number[], current: number, by: 1 | -1): number {
  const further = by > 0 ? rates.find((rate) => rate > current) : rates.findLast((rate) => rate < current);
  return further ?? current;
}
