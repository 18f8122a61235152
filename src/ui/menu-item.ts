/** One choice of a menu. */
export interface MenuItem {
  readonly value: string;
  readonly label: string;
  /** Said beside the label, quietly. */
  readonly note?: string;
  /** Where in the title its picture is, in seconds. */
  readonly pictureAt?: number;
  readonly checked: boolean;
  /** Does something at once, and can't be checked. */
  readonly isAction?: boolean;
}
