/**
 * Java's TreeSet, as far as `describe()` needs it: a red-black tree that asks the comparison on each insertion and never
 * again. As the compared sizes grow between insertions, where a value ends up depends on the shape of the tree, so that a
 * sorted list would not do.
 */
export class JavaTreeSet<T> {
  readonly #compare: (a: T, b: T) => number;
  #root: TreeNode<T> | null = null;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  /** Adds a value unless the comparison finds an equal one on the way down. */
  add(value: T): void {
    let parent: TreeNode<T> | null = null;
    let side: Side = "left";
    for (let node = this.#root; node !== null; node = node[side]) {
      const order = this.#compare(value, node.value);
      if (order === 0) return;
      parent = node;
      side = order < 0 ? "left" : "right";
    }
    const added: TreeNode<T> = { value, parent, left: null, right: null, red: true };
    if (parent === null) this.#root = added;
    else parent[side] = added;
    this.#rebalance(added);
    this.#root!.red = false;
  }

  values(): T[] {
    const values: T[] = [];
    const visit = (node: TreeNode<T> | null): void => {
      if (node === null) return;
      visit(node.left);
      values.push(node.value);
      visit(node.right);
    };
    visit(this.#root);
    return values;
  }

  /** A red node below a red one: recolour while the uncle is red, then turn once or twice. */
  #rebalance(added: TreeNode<T>): void {
    let node = added;
    while (node.parent !== null && node.parent.red && node.parent.parent !== null) {
      const grandparent: TreeNode<T> = node.parent.parent;
      const side: Side = grandparent.left === node.parent ? "left" : "right";
      const other = opposite[side];
      const uncle = grandparent[other];
      if (uncle !== null && uncle.red) {
        node.parent.red = false;
        uncle.red = false;
        grandparent.red = true;
        node = grandparent;
        continue;
      }
      if (node === node.parent[other]) {
        node = node.parent;
        this.#rotate(node, side);
      }
      node.parent!.red = false;
      grandparent.red = true;
      this.#rotate(grandparent, other);
    }
  }

  /** Moves a node down to a side; its child of the other side takes its place. */
  #rotate(node: TreeNode<T>, side: Side): void {
    const other = opposite[side];
    const risen = node[other]!;
    node[other] = risen[side];
    if (risen[side] !== null) risen[side].parent = node;
    risen.parent = node.parent;
    if (node.parent === null) this.#root = risen;
    else node.parent[node.parent.left === node ? "left" : "right"] = risen;
    risen[side] = node;
    node.parent = risen;
  }
}

interface TreeNode<T> {
  readonly value: T;
  parent: TreeNode<T> | null;
  left: TreeNode<T> | null;
  right: TreeNode<T> | null;
  red: boolean;
}

type Side = "left" | "right";
const opposite: Readonly<Record<Side, Side>> = { left: "right", right: "left" };
