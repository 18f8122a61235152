import type { MenuItem } from './menu-item.ts';
import type { Strings } from './strings.ts';
import { numberText } from './time-text.ts';

export function speedItems(rates: readonly number[], current: number, strings: Strings): readonly MenuItem[] {
  return rates.map((rate) => ({
    value: String(rate),
    label: rate === 1 ? strings.normal : speedLabel(rate, strings.language),
    checked: rate === current,
  }));
}

export const speedLabel = (rate: number, language = 'en') => `${numberText(rate, language, 2)}×`;

/** The next rate up or down the list from `current`, which need not be on it. */
export function nextSpeed(rates: readonly number[], current: number, by: 1 | -1): number {
  const further = by > 0 ? rates.find((rate) => rate > current) : rates.findLast((rate) => rate < current);
  return further ?? current;
}
