// Entities asked of a subgraph: each once, however many rows share it.
import type { GraphQLFormattedError } from "graphql";

export type Data = Record<string, unknown>;
/** What a subgraph answers. */
export interface Answer {
  data?: Data | null;
  errors?: GraphQLFormattedError[];
}

export interface Once {
  readonly variables: Data;
  /** Gives every place that asked the answer of its entity. */
  spread(answer: Answer): Answer;
}

/** A hundred rows of one country ask for that country once. */
export function withoutRepeats(variables: Data): Once {
  const asked = variables["representations"];
  if (!Array.isArray(asked)) return { variables, spread: (answer) => answer };
  const places = new Map<string, number>();
  const unique: unknown[] = [];
  const placeOf = asked.map((representation: unknown) => {
    const key = JSON.stringify(representation);
    const place = places.get(key) ?? unique.push(representation) - 1;
    places.set(key, place);
    return place;
  });
  if (unique.length === asked.length) return { variables, spread: (answer) => answer };
  return { variables: { ...variables, representations: unique }, spread: (answer) => spread(answer, placeOf) };
}

function spread({ data, errors, ...rest }: Answer, placeOf: readonly number[]): Answer {
  const entities = data?.["_entities"];
  const given = new Set<number>();
  // The gateway writes into what it gets: each place needs an object of its own.
  const own = (place: number): unknown => {
    const entity: unknown = (entities as unknown[])[place];
    if (!given.has(place)) return given.add(place) && entity;
    return structuredClone(entity);
  };
  return {
    ...rest,
    ...(data === undefined ? {} : { data: Array.isArray(entities) ? { ...data, _entities: placeOf.map(own) } : data }),
    ...(errors ? { errors: errors.flatMap((error) => errorsOf(error, placeOf)) } : {}),
  };
}

function errorsOf(error: GraphQLFormattedError, placeOf: readonly number[]): GraphQLFormattedError[] {
  const [root, place, ...path] = error.path ?? [];
  if (root !== "_entities" || typeof place !== "number") return [error];
  return placeOf.flatMap((of, index) => (of === place ? [{ ...error, path: [root, index, ...path] }] : []));
}
