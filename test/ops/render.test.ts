// Rendering itself: both programs say the same, and a folder that does not render says why.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubectl, packaged, textOf } from "../../cli/manifests/render.js";
import { folderOf, nameOf, overlays, render } from "./manifests.js";

describe("rendering", () => {
  it.each(overlays)("gives every object of %s a name, once", (overlay) => {
    const names = render(folderOf(overlay)).map((object) => `${object.apiVersion} ${nameOf(object)}`);
    expect(names.length).toBeGreaterThan(20);
    expect(names).toEqual([...new Set(names)]);
  });

  it("names the folder and the fault", () => {
    const folder = mkdtempSync(join(tmpdir(), "gx-manifests-"));
    writeFileSync(join(folder, "kustomization.yaml"), "resources: [nowhere.yaml]\n");
    expect(() => render(folder)).toThrow(/gx-manifests-.* does not render: .*nowhere\.yaml/s);
  });

  it("says the same with kubectl and with the packaged program", () => {
    const program = (renderer: typeof kubectl) => {
      try {
        return textOf(folderOf("mainnet"), renderer);
      } catch {
        return undefined;
      }
    };
    const texts = [kubectl, packaged].map(program).filter((text) => text !== undefined);
    expect(texts.length).toBeGreaterThan(0);
    expect(new Set(texts).size).toBe(1);
  });
});
