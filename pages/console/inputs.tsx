// One input for each kind of value: how it is typed, what is offered, how it is made.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Kind } from "../../catalogue/language.js";
import { idOf, type FieldProps } from "./form.js";
import { isHash } from "./form-value.js";
import { gxOf, qiratOf } from "./format.js";
import { countries, systemAccounts, wantCountries } from "./known.js";
import { newUuid, sha256 } from "./random.js";

export interface InputProps extends FieldProps {
  readonly text: string;
  readonly attributes: Attributes;
}

/** What every input has: its label's target, its rule, whether it is broken. */
export interface Attributes {
  readonly id: string;
  readonly "aria-describedby": string;
  readonly "aria-invalid": boolean;
  readonly onBlur: () => void;
}

const plain = { autocomplete: "off", spellcheck: false } as const;

export function inputFor(kind: Kind): (props: InputProps) => JSX.Element {
  if (kind.values || kind.sdl === "Boolean") return Choice;
  if (kind.sdl === "Qirat") return Coins;
  if (kind.sdl === "UUID") return Uuid;
  if (kind.sdl === "CountryCode") return CountryCode;
  if (kind.sdl === "ID") return Account;
  return isHash(kind) ? Hash : Text;
}

function Text({ form, path, kind, text, attributes }: InputProps) {
  const numeric = kind.sdl === "Int" || kind.sdl === "Count";
  return (
    <input
      {...attributes}
      {...plain}
      value={text}
      inputMode={numeric ? "numeric" : "text"}
      onInput={({ currentTarget }) => form.set(path, numeric ? currentTarget.value.trim() : currentTarget.value)}
    />
  );
}

function Choice({ form, path, kind, text, attributes }: InputProps) {
  return (
    <select {...attributes} value={text} onChange={({ currentTarget }) => form.set(path, currentTarget.value)}>
      <option value="">{kind.optional ? "none" : "choose …"}</option>
      {(kind.values ?? ["true", "false"]).map((value) => (
        <option key={value} value={value}>
          {value}
        </option>
      ))}
    </select>
  );
}

function Uuid(props: InputProps) {
  const { form, path, name } = props;
  return (
    <span class="beside">
      <Text {...props} />
      <button type="button" onClick={() => form.set(path, newUuid())} aria-label={`New uuid for ${name}`}>
        New
      </button>
    </span>
  );
}

function Hash(props: InputProps) {
  const { form, path, name } = props;
  const [text, setText] = useState("");
  return (
    <span class="stack">
      <Text {...props} />
      <span class="beside">
        <input
          aria-label={`Text to hash for ${name}`}
          placeholder="any text"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="button" onClick={() => void sha256(text).then((hash) => form.set(path, hash))}>
          Hash this text
        </button>
      </span>
    </span>
  );
}

function CountryCode(props: InputProps) {
  const { path, attributes, form } = props;
  const list = `${idOf(path)}-list`;
  useEffect(() => void wantCountries(), []);
  return (
    <>
      <input
        {...attributes}
        {...plain}
        value={props.text}
        list={list}
        onInput={({ currentTarget }) => form.set(path, currentTarget.value.trim().toUpperCase())}
      />
      <datalist id={list}>
        {countries.value.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  );
}

function Account(props: InputProps) {
  const { path, attributes, form, kind } = props;
  const list = `${idOf(path)}-list`;
  useEffect(() => void wantCountries(), []);
  const known = [...systemAccounts, ...countries.value.map(({ code }) => `treasury_${code}`)];
  return (
    <>
      <input
        {...attributes}
        {...plain}
        value={props.text}
        list={list}
        onInput={({ currentTarget }) => form.set(path, currentTarget.value.trim())}
      />
      <datalist id={list}>
        {known
          .filter((id) => kind.zod.safeParse(id).success)
          .map((id) => (
            <option key={id} value={id} />
          ))}
      </datalist>
    </>
  );
}

type Unit = "GX" | "Qirat";

/** Typed in GX or Qirat; what is kept, and sent, is Qirat. */
function Coins({ form, path, name, text, attributes }: InputProps) {
  const [unit, setUnit] = useState<Unit>("GX");
  const [typed, setTyped] = useState(() => (/^\d+$/.test(text) ? gxOf(text).replaceAll(",", "") : text));
  const put = (value: string, as: Unit) => {
    setTyped(value);
    form.set(path, as === "GX" ? (qiratOf(value) ?? value) : value);
  };
  const change = (as: Unit) => {
    setUnit(as);
    const kept = /^\d+$/.test(text);
    put(kept ? (as === "GX" ? gxOf(text).replaceAll(",", "") : text) : typed, as);
  };
  return (
    <span class="beside">
      <input
        {...attributes}
        {...plain}
        class="number"
        value={typed}
        inputMode={unit === "GX" ? "decimal" : "numeric"}
        onInput={({ currentTarget }) => put(currentTarget.value.trim(), unit)}
      />
      <select
        class="unit"
        aria-label={`Unit of ${name}`}
        value={unit}
        onChange={({ currentTarget }) => change(currentTarget.value as Unit)}
      >
        <option>GX</option>
        <option>Qirat</option>
      </select>
    </span>
  );
}
