/** First in, first out, without moving the rest at each step. */
export class Queue<T> {
  private items: T[] = [];
  private head: number = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  peek(): T | null {
    return this.head < this.items.length ? this.items[this.head]! : null;
  }

  shift(): T | null {
    if (this.head === this.items.length) return null;
    const item = this.items[this.head]!;
    this.head += 1;
    if (this.head === this.items.length) this.clear();
    else if (this.head >= 64 && this.head * 2 >= this.items.length) this.compact();
    return item;
  }

  clear(): void {
    this.items = [];
    this.head = 0;
  }

  private compact(): void {
    this.items = this.items.slice(this.head);
    this.head = 0;
  }
}
