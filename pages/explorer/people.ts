// Two made-up persons for the starter operations: the same ones as long as this browser remembers them.

export interface Person {
  readonly id: string;
  readonly biometricHash: string;
}

export interface People {
  readonly ada: Person;
  readonly emma: Person;
}

const KEY = "gx:people";

export function knownPeople(): People {
  const kept = localStorage.getItem(KEY);
  if (kept !== null) return JSON.parse(kept) as People;
  const people = { ada: newPerson(), emma: newPerson() };
  localStorage.setItem(KEY, JSON.stringify(people));
  return people;
}

const newPerson = (): Person => ({
  id: crypto.randomUUID(),
  biometricHash: hex(crypto.getRandomValues(new Uint8Array(32))),
});

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
