/** Union-find over strings. The classes do not depend on the order of the joins. */
export class Partition {
  private readonly parents = new Map<string, string>();

  /** The representative of the class that the name belongs to. */
  classOf(name: string): string {
    let root = name;
    for (let parent = this.parents.get(root); parent !== undefined; parent = this.parents.get(root)) root = parent;
    // Path compression.
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
