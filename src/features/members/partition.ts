/** Names that turn out to mean the same, by union-find: in whatever order they are joined, the classes are the same. */
export class Partition {
  private readonly parents = new Map<string, string>();

  /** The name that stands for this one's whole class. */
  classOf(name: string): string {
    let root = name;
    for (let parent = this.parents.get(root); parent !== undefined; parent = this.parents.get(root)) root = parent;
    // Later questions take the short way.
    for (let at = name; at !== root;) {
      const next = this.parents.get(at)!;
      this.parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(one: string, other: string): void {
    const [kept, joined] = [this.classOf(one), this.classOf(other)];
    if (kept !== joined) this.parents.set(joined, kept);
  }
}
