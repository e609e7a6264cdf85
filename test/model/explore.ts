// Walks every state that a model can reach, breadth first, and finds the shortest way into a bad one.
// Knows nothing of the model: a state is a short text, a step leads from one to the next.

export interface Step {
  /** The worker that does it, where one does. */
  by: 0 | 1 | undefined;
  /** What, with the function that it stands for. */
  does: string;
  /** The workers have changed their names in the state behind it. */
  swaps: boolean;
  /** Something went wrong outside: never needed for progress. */
  fault: boolean;
  /** The state behind it. */
  to: string;
  /** The promise that this step breaks. */
  broken?: string | undefined;
}

export interface Model {
  first: string;
  steps(state: string): Step[];
  /** Nothing is open any more. */
  isEnd(state: string): boolean;
}

export interface Found {
  states: number;
  steps: number;
  /** Undefined: every promise holds in every state. */
  fault: { broken: string; trace: string[] } | undefined;
}

/** A list of numbers that costs four bytes each. */
function newNumbers() {
  let items = new Int32Array(1 << 16);
  let size = 0;
  return {
    push: (value: number) => {
      if (size === items.length) {
        const larger = new Int32Array(size * 2);
        larger.set(items);
        items = larger;
      }
      items[size++] = value;
    },
    view: () => items.subarray(0, size),
  };
}

/** Stops at the first broken promise; without one, checks that an end can be reached from everywhere without a further fault. */
export function explore(model: Model): Found {
  const ids = new Map([[model.first, 0]]);
  const states = [model.first];
  const parents = newNumbers();
  parents.push(-1);
  const from = newNumbers();
  const to = newNumbers();
  let steps = 0;
  const found = (fault: Found["fault"]): Found => ({ states: states.length, steps, fault });
  for (let at = 0; at < states.length; at++) {
    for (const step of model.steps(states[at] ?? "")) {
      steps++;
      if (step.broken !== undefined) {
        return found({ broken: step.broken, trace: traceTo(model, states, parents.view(), at, step) });
      }
      let id = ids.get(step.to);
      if (id === undefined) {
        id = states.length;
        ids.set(step.to, id);
        states.push(step.to);
        parents.push(at);
      }
      if (step.fault || id === at) continue;
      from.push(at);
      to.push(id);
    }
  }
  const hopeless = firstWithoutEnd(model, states, from.view(), to.view());
  if (hopeless === undefined) return found(undefined);
  const broken = "I1: from here a command never ends, though nothing fails any more";
  return found({ broken, trace: traceTo(model, states, parents.view(), hopeless) });
}

/** The steps to a state, and `last`; the workers keep the names that they had at first. */
function traceTo(model: Model, states: readonly string[], parents: Int32Array, state: number, last?: Step): string[] {
  const steps = last ? [last] : [];
  for (let at = state; at > 0; at = parents[at] ?? 0) {
    const before = states[parents[at] ?? 0] ?? "";
    steps.push(
      ...model
        .steps(before)
        .filter(({ to }) => to === states[at])
        .slice(0, 1),
    );
  }
  let swapped = false;
  return steps.reverse().map(({ by, does, swaps }) => {
    const text = by === undefined ? does : `worker ${(by === 1) === swapped ? 1 : 2}: ${does}`;
    swapped = swapped !== swaps;
    return text;
  });
}

/** The first state, in the order of discovery, from which steps without fault lead to no end. */
function firstWithoutEnd(model: Model, states: string[], from: Int32Array, to: Int32Array): number | undefined {
  // Edges by their target: begins[id] .. begins[id + 1] are the places of those that lead to it.
  const begins = new Int32Array(states.length + 2);
  for (const id of to) begins[id + 2] = (begins[id + 2] ?? 0) + 1;
  for (let id = 2; id < begins.length; id++) begins[id] = (begins[id] ?? 0) + (begins[id - 1] ?? 0);
  const sources = new Int32Array(to.length);
  to.forEach((id, edge) => {
    const place = begins[id + 1] ?? 0;
    sources[place] = from[edge] ?? 0;
    begins[id + 1] = place + 1;
  });
  const ends = new Uint8Array(states.length);
  const open: number[] = [];
  const reach = (id: number) => {
    if (ends[id] === 1) return;
    ends[id] = 1;
    open.push(id);
  };
  states.forEach((state, id) => model.isEnd(state) && reach(id));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    sources.subarray(begins[id], begins[id + 1]).forEach(reach);
  }
  const first = ends.indexOf(0);
  return first === -1 ? undefined : first;
}
