import { knownDocuments, nameByPart, nameByText } from "../../platform/known-documents.js";
import { serviceName } from "../../platform/service-name.js";

describe("a process is called like its Deployment", () => {
  test.each([
    ["gateway", [], "gateway"],
    ["subgraphs", [], "subgraphs"],
    ["subgraphs", ["identity"], "subgraph-identity"],
    ["subgraphs", ["identity", "tax"], "subgraphs"],
    ["submitter", ["gx_super_admin"], "submitter-super-admin"],
    ["submitter", ["gx_partner_api"], "submitter-partner-api"],
    ["submitter", ["gx_super_admin", "gx_admin", "gx_partner_api"], "submitter"],
    ["projector", [], "projector"],
    ["ledger", ["--endorse-twice"], "ledger"],
  ] as const)("%s %j: %s", (name, args, service) => {
    expect(serviceName(name, args)).toBe(service);
  });
});

describe("an operation has a name in the metrics", () => {
  const known = knownDocuments("schema/operations");
  const send = known.find(({ name }) => name === "send.graphql")?.text ?? "";

  test("when it has the text of a known document, and by no name of the caller's", () => {
    const nameOf = nameByText(known);
    expect(nameOf(send)).toBe("send");
    expect(nameOf(`${send} `)).toBeUndefined();
    expect(nameOf("query Send { __typename }")).toBeUndefined();
  });

  test("in a subgraph when a query plan made it of a known operation", () => {
    const nameOf = nameByPart(known);
    expect(nameOf("Send__tokenomics__0")).toBe("send");
    expect(nameOf("SystemStatus__admin__1")).toBe("status");
    expect(nameOf("Anything__tokenomics__0")).toBeUndefined();
  });
});
