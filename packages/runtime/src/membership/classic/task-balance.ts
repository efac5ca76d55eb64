/** A task as the balance sees it. Every task weighs the same. */
export interface BalancedTask {
  /** `<subtopology>_<partition>`. */
  readonly id: string;
  readonly subtopologyId: number;
}

/** A member, and what makes a task cheap for it. */
export interface BalancedMember {
  /** Breaks ties, so it must not change from one rebalance to the next. */
  readonly name: string;
  /** Ids of the tasks that it has now. No task is in two members' sets. */
  readonly owned: ReadonlySet<string>;
  /** State on the member's disk, by task id: the sum of the offsets up to which the task's changelogs are there. */
  readonly offsetSums: ReadonlyMap<string, number>;
}

/** A member while tasks are dealt out. */
interface Load {
  readonly member: BalancedMember;
  count: number;
  /** Tasks by sub-topology: sub-topologies differ in cost, so each is spread. */
  readonly bySubtopology: Map<number, number>;
}

/**
 * Decides which member gets each task: every task once, with numbers of tasks per member that differ by one at most.
 *
 * Within these bounds a task stays with its member. A task that has to move, or has no member, goes to the member with most
 * of its state, or else to the one with the fewest tasks. A pure function: the same group gives the same answer on any
 * leader, and an answer that was put into effect gives itself again.
 *
 * @see HighAvailabilityTaskAssignor, StickyTaskAssignor
 */
export function balance<T extends BalancedTask, M extends BalancedMember>(
  tasks: readonly T[],
  members: readonly M[],
): Map<string, M> {
  return members.length === 0 ? new Map() : new Balance(tasks, members).deal();
}

class Balance<T extends BalancedTask, M extends BalancedMember> {
  readonly #tasks: readonly T[];
  readonly #loads: readonly (Load & { readonly member: M })[];
  readonly #base: number;
  /** Number of members that may have one more than `base`. */
  #extras: number;
  readonly #dealt = new Map<string, M>();

  constructor(tasks: readonly T[], members: readonly M[]) {
    this.#tasks = tasks;
    this.#loads = members
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((member) => ({ member, count: 0, bySubtopology: new Map<number, number>() }));
    this.#base = Math.floor(tasks.length / members.length);
    this.#extras = tasks.length % members.length;
  }

  deal(): Map<string, M> {
    this.#leaveWithOwners();
    this.#giveToState();
    for (const task of this.#tasks) {
      if (!this.#dealt.has(task.id)) this.#give(task, this.#leastLoaded(task.subtopologyId));
    }
    return this.#dealt;
  }

  /** Leaves tasks with their owners. The member with most tasks is the first that may have one more than others. */
  #leaveWithOwners(): void {
    const ownedBy = this.#loads.map((load) => ({ load, tasks: this.#tasks.filter(({ id }) => load.member.owned.has(id)) }));
    for (const { load, tasks } of ownedBy.toSorted((a, b) => b.tasks.length - a.tasks.length)) {
      const quota = this.#base + (this.#extras > 0 ? 1 : 0);
      for (const task of this.#keepable(tasks, quota, load)) this.#give(task, load);
    }
  }

  /** Without the surplus, which is taken where there is most of one sub-topology, and there of what another has most state of. */
  #keepable(tasks: readonly T[], quota: number, load: Load): readonly T[] {
    if (tasks.length <= quota) return tasks;
    const groups = new Map<number, T[]>();
    for (const task of tasks) {
      const group = groups.get(task.subtopologyId);
      if (group === undefined) groups.set(task.subtopologyId, [task]);
      else group.push(task);
    }
    const elsewhere = new Map(tasks.map(({ id }) => [id, this.#mostElsewhere(id, load)]));
    // Sorting is stable: of equals the last partition goes first.
    for (const group of groups.values()) group.sort((a, b) => elsewhere.get(a.id)! - elsewhere.get(b.id)!);
    const kept = new Set(tasks);
    while (kept.size > quota) {
      let largest: T[] = [];
      for (const group of groups.values()) if (group.length >= largest.length) largest = group;
      kept.delete(largest.pop()!);
    }
    return [...kept];
  }

  #mostElsewhere(taskId: string, { member }: Load): number {
    let most = 0;
    for (const other of this.#loads) if (other.member !== member) most = Math.max(most, other.member.offsetSums.get(taskId) ?? 0);
    return most;
  }

  /** To whoever has most of a task's state; then, of those that are left, to whoever has any. */
  #giveToState(): void {
    const wishes = this.#tasks.flatMap((task) => {
      if (this.#dealt.has(task.id)) return [];
      const holders = this.#loads.flatMap((load) => {
        const sum = load.member.offsetSums.get(task.id) ?? 0;
        return sum > 0 ? [{ task, load, sum }] : [];
      });
      const most = Math.max(...holders.map(({ sum }) => sum));
      return holders.map((holder) => ({ ...holder, isMost: holder.sum === most }));
    });
    wishes.sort((a, b) => Number(b.isMost) - Number(a.isMost) || b.sum - a.sum);
    for (const { task, load } of wishes) if (!this.#dealt.has(task.id) && this.#hasRoom(load)) this.#give(task, load);
  }

  #leastLoaded(subtopologyId: number): Load & { readonly member: M } {
    let least = this.#loads[0]!;
    for (const load of this.#loads) {
      const difference =
        load.count - least.count || (load.bySubtopology.get(subtopologyId) ?? 0) - (least.bySubtopology.get(subtopologyId) ?? 0);
      if (difference < 0) least = load;
    }
    return least;
  }

  #hasRoom({ count }: Load): boolean {
    return count < this.#base || (count === this.#base && this.#extras > 0);
  }

  #give(task: T, load: Load & { readonly member: M }): void {
    if (load.count === this.#base) this.#extras -= 1;
    load.count += 1;
    load.bySubtopology.set(task.subtopologyId, (load.bySubtopology.get(task.subtopologyId) ?? 0) + 1);
    this.#dealt.set(task.id, load.member);
  }
}
