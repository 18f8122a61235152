import type { TemplateResult } from 'lit';
import type { MenuItem } from '../menu-item.ts';
import type { ControlRequest, MenuPageId } from '../requests.ts';

/** A page of the menu: a choice with one selected item. */
export interface MenuPage {
  readonly id: MenuPageId;
  readonly label: string;
  /** The selected choice in a word or two. */
  readonly value: string;
  readonly icon: TemplateResult;
  readonly items: readonly MenuItem[];
  /** The request of an item, by its value. */
  request(value: string): ControlRequest;
}

/** An entry of the menu that does something at once. */
export interface MenuAction {
  readonly label: string;
  readonly icon: TemplateResult;
  readonly request: ControlRequest;
  /** Its keyboard shortcut. */
  readonly keys?: string;
}

export interface MenuModel {
  readonly pages: readonly MenuPage[];
  readonly actions: readonly MenuAction[];
}
