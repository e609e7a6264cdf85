// Who may import whom (docs/architecture.md). A floor that is not named in `to` may be imported.
const servers = "chaincode|platform|subgraphs|gateway|workers|ledger|network|cli|bench|chaos|images|ops";
const floor = (name) => `^${name}/`;
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { pathNot: allowed },
});
const never = (name, from, to) => ({ name, severity: "error", from: { path: from }, to: { path: to } });

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    only("catalogue-imports-zod-only", floor("catalogue"), [floor("catalogue"), "node_modules/zod"]),
    only("chaincode-imports-catalogue-and-contract-api", floor("chaincode"), [
      floor("chaincode"),
      floor("catalogue"),
      "node_modules/(fabric-contract-api|fabric-shim)",
    ]),
    never("platform-is-below", floor("platform"), "^(chaincode|subgraphs|gateway|workers|ledger|network|cli|test)/"),
    {
      name: "platform-takes-wire-types-only",
      severity: "error",
      from: { path: floor("platform") },
      to: { path: floor("catalogue"), pathNot: "^catalogue/wire\\.ts$" },
    },
    never(
      "subgraphs-hold-no-key",
      floor("subgraphs"),
      "^(workers|chaincode|ledger|network|cli|gateway)/|^platform/(fabric|wallet|kept-identity|blocks|connection)\\.ts$",
    ),
    never(
      "gateway-holds-no-key",
      floor("gateway"),
      "^(workers|chaincode|ledger|network|cli|subgraphs)/|^platform/(fabric|wallet|kept-identity|blocks|connection)\\.ts$",
    ),
    never("workers-never-import-subgraphs", floor("workers"), "^(subgraphs|gateway|chaincode|ledger|network|cli)/"),
    never("projector-never-imports-submitter", floor("workers/projector"), floor("workers/submitter")),
    never("submitter-never-imports-projector", floor("workers/submitter"), floor("workers/projector")),
    never("ledger-knows-no-domain", "^(ledger|network)/", "^(catalogue|chaincode|subgraphs|gateway|workers|cli)/"),
    {
      name: "ledger-reached-by-cli-and-test",
      severity: "error",
      from: { pathNot: "^(cli|test|bench|chaos|ledger|network)/" },
      to: { path: "^(ledger|network)/" },
    },
    only("ops-is-data-over-the-catalogue", floor("ops"), [floor("ops"), floor("catalogue")]),
    {
      name: "ops-printed-by-cli-and-judged-by-test",
      severity: "error",
      from: { pathNot: "^(cli|test|ops)/" },
      to: { path: floor("ops") },
    },
    // What runs elsewhere knows the graph and, on our own pages, the catalogue; never a server's file.
    never("client-knows-no-server", "^client/", `^(catalogue|pages|${servers})/`),
    never("pages-know-no-server", floor("pages"), `^(${servers})/`),
    never("examples-know-the-client", floor("examples"), `^(catalogue|pages|${servers})/`),
    never(
      "servers-know-no-page",
      "^(catalogue|chaincode|platform|subgraphs|gateway|workers|ledger|network)/",
      "^(client|pages|examples)/",
    ),
    {
      name: "a-domain-never-imports-another",
      severity: "error",
      from: {
        path: "^(?:chaincode|workers/projector|subgraphs)/(identity|admin|tokenomics|organization|loanpool|governance|tax)(?:\\.ts|/)",
      },
      to: {
        path: "^(?:chaincode|workers/projector|subgraphs)/(identity|admin|tokenomics|organization|loanpool|governance|tax)(?:\\.ts|/)",
        pathNot: "^(?:chaincode|workers/projector|subgraphs)/$1(?:\\.ts|/)",
      },
    },
  ],
  options: {
    // The generated database client imports itself in circles.
    doNotFollow: { path: "node_modules|^generated/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.check.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
