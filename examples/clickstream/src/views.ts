import type { Random } from "@millrace/platform";

export interface View {
  readonly user: string;
  readonly page: string;
}

const viewsPerUser = 5;
const usersAtOnce = 2_000;
const pages = 300;
/** How far the next page is from the last one, each as likely as it stands here. */
const steps = [1, 1, 1, 2, 2, 3, 7, 31] as const;

interface Visitor {
  readonly user: string;
  page: number;
  left: number;
}

/** Page views without end: some thousand users at a time, each of whom views five pages and makes room for the next. */
export class ViewSource {
  readonly #random: Random;
  readonly #visitors: Visitor[] = [];
  #users = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  next(): View {
    const index = this.#random.uint32() % usersAtOnce;
    let visitor = this.#visitors[index];
    if (visitor === undefined || visitor.left === 0) {
      visitor = { user: `user-${String(this.#users).padStart(7, "0")}`, page: this.#random.uint32() % pages, left: viewsPerUser };
      this.#users += 1;
      this.#visitors[index] = visitor;
    } else visitor.page = (visitor.page + steps[this.#random.uint32() % steps.length]!) % pages;
    visitor.left -= 1;
    return { user: visitor.user, page: `/item/${String(visitor.page)}` };
  }
}
