import { TableLayout, type TableLayoutProps } from "react-aria-components";

export type RowsLayoutOptions = TableLayoutProps & {
  /** Height of the rows before the first one that the table has, in pixels. */
  before: number;
  /** Height of those after the last one. */
  after: number;
};

type Group = ReturnType<TableLayout<object>["buildBody"]>;

/** The table's layout, with room for rows that it does not have: its scroll bar stands for all. */
export class RowsLayout extends TableLayout<object, RowsLayoutOptions> {
  #before = 0;
  #after = 0;

  // What the table itself adds; room beside the rows is none of it.
  override useLayoutOptions(): RowsLayoutOptions {
    return super.useLayoutOptions() as RowsLayoutOptions;
  }

  override shouldInvalidateLayoutOptions(next: RowsLayoutOptions, last: RowsLayoutOptions): boolean {
    return (
      next.before !== last.before ||
      next.after !== last.after ||
      super.shouldInvalidateLayoutOptions(next, last)
    );
  }

  override update(context: Parameters<TableLayout<object, RowsLayoutOptions>["update"]>[0]): void {
    this.#before = context.layoutOptions?.before ?? 0;
    this.#after = context.layoutOptions?.after ?? 0;
    super.update(context);
  }

  protected override buildRowGroup(
    y: number,
    node: Parameters<TableLayout<object>["buildRowGroup"]>[1],
  ): Group {
    const group = super.buildRowGroup(y + this.#before, node);
    const { rect } = group.layoutInfo;
    rect.y = y;
    rect.height += this.#before + this.#after;
    return { ...group, validRect: rect.intersection(this.requestedRect) };
  }
}
