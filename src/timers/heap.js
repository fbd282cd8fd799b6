'use strict';

/** A binary heap, smallest first. Each item carries its own place in `position`, so that one can be moved or removed. */
class Heap {
  #less;
  #items = [undefined];

  /** @param {(a: object, b: object) => boolean} less */
  constructor(less) {
    this.#less = less;
  }

  peek() {
    return this.#items[1];
  }

  push(item) {
    const at = this.#items.push(item) - 1;
    item.position = at;
    this.#up(at);
  }

  /** The smallest item has become larger. */
  topChanged() {
    this.#down(1);
  }

  remove(item) {
    const items = this.#items;
    const at = item.position;
    const last = items.pop();
    item.position = 0;
    if (last === item) return;
    items[at] = last;
    last.position = at;
    if (at > 1 && this.#less(last, items[at >> 1])) this.#up(at);
    else this.#down(at);
  }

  #up(at) {
    const items = this.#items;
    const item = items[at];
    while (at > 1) {
      const parent = at >> 1;
      if (!this.#less(item, items[parent])) break;
      items[at] = items[parent];
      items[at].position = at;
      at = parent;
    }
    items[at] = item;
    item.position = at;
  }

  #down(at) {
    const items = this.#items;
    const item = items[at];
    const size = items.length;
    for (;;) {
      let child = at * 2;
      if (child >= size) break;
      if (child + 1 < size && this.#less(items[child + 1], items[child])) child++;
      if (!this.#less(items[child], item)) break;
      items[at] = items[child];
      items[at].position = at;
      at = child;
    }
    items[at] = item;
    item.position = at;
  }
}

module.exports = { Heap };
