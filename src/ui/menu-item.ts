/** One choice of a menu. */
export interface MenuItem {
  readonly value: string;
  readonly label: string;
  /** Shown beside the label, less prominently. */
  readonly note?: string;
  /** The position of its picture in the title, in seconds. */
  readonly pictureAt?: number;
  readonly checked: boolean;
  /** Performs an action, and can't be selected. */
  readonly isAction?: boolean;
}
