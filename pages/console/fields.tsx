// The fields of a form as the catalogue nests them. A rule stands below its field, and turns red when it is broken.
import type { ComponentChildren } from "preact";
import type { Fields, Kind } from "../../catalogue/language.js";
import { idOf, type FieldProps, type Form } from "./form.js";
import { emptyOf, ruleOf, type Raw, type Typed } from "./form-value.js";
import { gxOf } from "./format.js";
import { inputFor } from "./inputs.js";

const join = (path: string, step: string | number) => (path === "" ? String(step) : `${path}.${step}`);

export function FieldsOf({
  form,
  fields,
  typed,
  path = "",
}: {
  form: Form;
  fields: Fields;
  typed: Typed;
  path?: string;
}) {
  return (
    <>
      {Object.entries(fields).map(([name, kind]) => (
        <Field key={name} form={form} name={name} path={join(path, name)} kind={kind} raw={typed[name] ?? ""} />
      ))}
    </>
  );
}

function Field(props: FieldProps) {
  const { kind, form, path, raw, name } = props;
  if (kind.item) return <List {...props} item={kind.item} />;
  if (!kind.fields) return <Scalar {...props} />;
  return (
    <fieldset>
      <legend>{name}</legend>
      <FieldsOf form={form} fields={kind.fields} typed={raw as Typed} path={path} />
    </fieldset>
  );
}

function List({ form, name, path, kind, raw, item }: FieldProps & { item: Kind }) {
  const rows = raw instanceof Array ? (raw as readonly Raw[]) : [];
  const without = (index: number) => rows.filter((_, other) => other !== index);
  return (
    <fieldset id={idOf(path)} tabIndex={-1}>
      <legend>
        {name}
        {kind.optional && <small> optional</small>}
      </legend>
      {rows.map((row, index) => (
        <div class="row" key={index}>
          <Field form={form} name={`${name} ${index + 1}`} path={join(path, index)} kind={item} raw={row} />
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${name} ${index + 1}`}
            onClick={() => form.set(path, without(index))}
          >
            Remove
          </button>
        </div>
      ))}
      <button type="button" onClick={() => form.set(path, [...rows, emptyOf(item)])}>
        Add to {name}
      </button>
      <Rule form={form} path={path} rule={ruleOf(kind)} />
    </fieldset>
  );
}

function Rule({ form, path, rule, more }: { form: Form; path: string; rule: string; more?: ComponentChildren }) {
  const fault = form.faultAt(path);
  return (
    <p id={`${idOf(path)}-rule`} class={fault ? "fault" : "rule"}>
      {fault ?? rule}
      {more}
    </p>
  );
}

function Scalar(props: FieldProps) {
  const { form, name, path, kind, raw } = props;
  const text = typeof raw === "string" ? raw : "";
  const attributes = {
    id: idOf(path),
    "aria-describedby": `${idOf(path)}-rule`,
    "aria-invalid": form.faultAt(path) !== undefined,
    onBlur: () => form.touch(path),
  };
  const Input = inputFor(kind);
  return (
    <div class="field">
      <label for={idOf(path)}>
        {name}
        {kind.optional && <small> optional</small>}
      </label>
      <Input {...props} text={text} attributes={attributes} />
      <Rule form={form} path={path} rule={ruleOf(kind)} more={kind.sdl === "Qirat" && <Amount text={text} />} />
    </div>
  );
}

function Amount({ text }: { text: string }) {
  if (!/^\d{1,19}$/.test(text)) return null;
  return (
    <span class="amount">
      {" "}
      {gxOf(text)} GX = {text} Qirat
    </span>
  );
}
