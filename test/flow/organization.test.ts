// An organization from its proposal to a payment that two have approved, through gateway, ledger and rows; who sees what of it.
import { randomUUID } from "node:crypto";
import { developmentIdentities } from "../../platform/development-identities.js";
import { main as projector } from "../../workers/projector/main.js";
import { main as submitter } from "../../workers/submitter/main.js";
import { eventually } from "../environment.js";
import { bySocket } from "../gateway/streams.js";
import { describeOnLedgers } from "../ledgers.js";
import { newFlow, type Flow } from "./flow.js";

describeOnLedgers("the way of an organization", (kind) => {
  let flow: Flow;
  const [ada, chi, dayo, emma] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const { SUPER_ADMIN, ADMIN } = developmentIdentities;
  let bakery: string;
  let account: string;

  beforeAll(async () => {
    flow = await newFlow(kind);
    await Promise.all([flow.start(submitter), flow.start(projector)]);
    await commit(SUPER_ADMIN, `bootstrapSystem(profile: devnet, admins: ["${ADMIN}"]`, "SUPER_ADMIN");
    const country = (code: string, name: string) => `{ code: "${code}", name: "${name}", share: "0.03000000" }`;
    const rows = `[${country("NG", "Nigeria")}, ${country("US", "United States")}]`;
    await commit(SUPER_ADMIN, `initializeCountryData(countries: ${rows}`, "SUPER_ADMIN");
    await Promise.all(
      [ada, chi, dayo, emma].map((id) => {
        const who = `userId: "${id}", biometricHash: "${id.replaceAll("-", "").repeat(2)}", ageYears: 30`;
        return commit(ADMIN, `createUser(${who}, nationality: "${id === emma ? "US" : "NG"}"`, "PARTNER_API");
      }),
    );
  }, 60_000);
  afterAll(() => flow.close());

  /** Sends a mutation, written up to its last argument, and waits for its end; returns its id and the refusal. */
  async function send(
    actor: string,
    mutation: string,
    role = "USER",
  ): Promise<{ id: string; refusal: string | undefined }> {
    const { data, errors } = await flow.graph.ask<{ sent: { commandId: string } | { commandId: string }[] }>(
      `mutation { sent: ${mutation}, idempotencyKey: "${randomUUID()}") { commandId } }`,
      {},
      await flow.graph.token(role, actor),
    );
    expect(errors).toEqual([]);
    const [ticket] = [data?.sent ?? []].flat();
    const id = ticket?.commandId ?? "";
    return eventually(async () => {
      const [row] = await flow.world.rows([id]);
      if (row?.status !== "COMMITTED" && row?.status !== "REFUSED") return undefined;
      const outcome = (await flow.world.outcomes()).find(({ commandId }) => commandId === id);
      return { id, refusal: outcome?.code };
    }, mutation);
  }
  async function commit(actor: string, mutation: string, role?: string): Promise<string> {
    const { id, refusal } = await send(actor, mutation, role);
    expect([mutation, refusal]).toEqual([mutation, undefined]);
    return id;
  }
  const ask = async <T = Record<string, unknown>>(actor: string, query: string, role = "USER") =>
    flow.graph.ask<T>(query, {}, await flow.graph.token(role, actor));
  const codes = (errors: readonly { path?: (string | number)[]; extensions: { code: string } }[]) =>
    errors.map(({ path, extensions }) => [path?.join("."), extensions.code]);

  it("founds an organization that two stakeholders have endorsed", async () => {
    bakery = await commit(
      ada,
      `proposeOrganization(name: "Bakery", type: BUSINESS, country: "NG", stakeholders: ["${ada}", "${chi}"]`,
    );
    account = `org_${bakery}`;
    await commit(
      ada,
      `defineAuthRule(organizationId: "${bakery}", ruleId: "all", amountAbove: "0", requiredApprovers: 2, approverGroup: ["${ada}", "${chi}"]`,
    );
    const of = `organizationId: "${bakery}"`;
    expect((await send(ada, `activateOrganization(${of}`)).refusal).toBe("NOT_ALL_ENDORSED");
    await commit(chi, `endorseMembership(${of}`);
    await commit(chi, `activateOrganization(${of}`);
    const { data, errors } = await ask(
      chi,
      `{ organization(id: "${bakery}") { name type status country { name } stakeholders { id } endorsements { id }
        rules { ruleId amountAbove requiredApprovers approverGroup { id status } } proposedAt activatedAt
        wallet { id kind balance frozen owner { __typename ... on Organization { id name } } } }
      counters { organizations } }`,
    );
    expect(errors).toEqual([]);
    const users = [{ id: ada }, { id: chi }];
    expect(data).toEqual({
      organization: {
        ...{ name: "Bakery", type: "BUSINESS", status: "ACTIVE", country: { name: "Nigeria" } },
        ...{ stakeholders: users, endorsements: users },
        rules: [
          {
            ...{ ruleId: "all", amountAbove: "0", requiredApprovers: 2 },
            approverGroup: users.map((user) => ({ ...user, status: "ACTIVE" })),
          },
        ],
        ...{ proposedAt: expect.any(String), activatedAt: expect.any(String) },
        wallet: {
          ...{ id: account, kind: "ORGANIZATION", balance: "0", frozen: false },
          owner: { __typename: "Organization", id: bakery, name: "Bakery" },
        },
      },
      counters: { organizations: 1 },
    });
  });

  it("pays what both have approved, and tells its stakeholders line by line", async () => {
    const subscriber = bySocket(flow.graph.url, await flow.graph.token("USER", chi));
    const lines = subscriber.subscribe<{ transactionAdded: { type: string; amount: string } }>(
      "subscription ($id: ID!) { transactionAdded(walletId: $id) { type amount } }",
      { id: account },
    );
    await eventually(
      async () => ((await flow.world.redis.client.pubsub("CHANNELS", "gx:live:*")) as string[]).length > 0,
      "the subscription",
    );
    const quote = await ask(dayo, `{ quoteTransfer(to: "${account}", amount: "100000000") { kind scope fee } }`);
    expect(quote.data).toEqual({ quoteTransfer: { kind: "MERCHANT", scope: "LOCAL", fee: "150000" } });
    await commit(dayo, `transfer(to: "${account}", amount: "100000000"`);
    const flour = await commit(
      ada,
      `initiateMultiSigTx(organizationId: "${bakery}", to: "${emma}", amount: "40000000", remark: "flour"`,
    );

    const waiting = `{ me { approvalsWaiting { edges { node { id status approvals { id } } } } } }`;
    const one = { id: flour, status: "PENDING", approvals: [{ id: ada }] };
    expect((await ask(chi, waiting)).data).toEqual({ me: { approvalsWaiting: { edges: [{ node: one }] } } });
    expect((await ask(ada, waiting)).data).toEqual({ me: { approvalsWaiting: { edges: [] } } });
    await commit(chi, `approveMultiSigTx(multiSigTxId: "${flour}"`);
    expect((await ask(chi, waiting)).data).toEqual({ me: { approvalsWaiting: { edges: [] } } });

    const { data, errors } = await ask(
      ada,
      `{ multiSigTx(id: "${flour}") { organization { name } initiator { id } to { id kind } amount remark ruleId required
        approverGroup { id } approvals { id } status failureCode decidedAt }
      wallet(id: "${account}") { balance transactions { edges { node { type amount counterparty { id } } } } }
      transactions(walletId: "${account}", type: SENT) { edges { node { remark } } } }`,
    );
    expect(errors).toEqual([]);
    const users = [{ id: ada }, { id: chi }];
    const node = (type: string, amount: string, id: string) => ({ node: { type, amount, counterparty: { id } } });
    expect(data).toEqual({
      multiSigTx: {
        ...{ organization: { name: "Bakery" }, initiator: { id: ada }, to: { id: emma, kind: "USER" } },
        ...{ amount: "40000000", remark: "flour", ruleId: "all", required: 2, approverGroup: users, approvals: users },
        ...{ status: "EXECUTED", failureCode: null, decidedAt: expect.any(String) },
      },
      wallet: {
        balance: "59880000",
        transactions: {
          edges: [
            node("FEE", "120000", "SYSTEM_OPERATIONS_FUND"),
            node("SENT", "40000000", emma),
            node("RECEIVED", "100000000", dayo),
          ],
        },
      },
      transactions: { edges: [{ node: { remark: "flour" } }] },
    });
    const told = (await lines.count(3)).map(({ data: value }) => value?.transactionAdded);
    expect(told).toEqual([
      { type: "RECEIVED", amount: "100000000" },
      { type: "SENT", amount: "40000000" },
      { type: "FEE", amount: "120000" },
    ]);
    await subscriber.close();
  });

  it("shows others nothing but what everybody may know of it", async () => {
    const flour = (await flow.world.database.pool.query<{ id: string }>("select id from read.multi_sig_tx")).rows[0]
      ?.id;
    const { data, errors } = await ask(
      emma,
      `{ organization(id: "${bakery}") { name status stakeholders { id } multiSigTxs { edges { cursor } } lockReason wallet { id } }
      multiSigTx(id: "${flour}") { id } wallet(id: "${account}") { id } transactions(walletId: "${account}") { edges { cursor } }
      user(id: "${ada}") { organizations { edges { cursor } } approvalsWaiting { edges { cursor } } } }`,
    );
    expect(data).toMatchObject({
      organization: { name: "Bakery", status: "ACTIVE", stakeholders: null, multiSigTxs: null, wallet: null },
      ...{ multiSigTx: null, wallet: null, transactions: null },
      user: { organizations: null, approvalsWaiting: null },
    });
    expect(codes(errors).sort()).toEqual(
      [
        ...["multiSigTx", "organization.lockReason", "organization.multiSigTxs", "organization.stakeholders"],
        ...["organization.wallet", "transactions", "user.approvalsWaiting", "user.organizations", "wallet"],
      ].map((path) => [path, "FORBIDDEN"]),
    );
    const stream = bySocket(flow.graph.url, await flow.graph.token("USER", emma));
    const lines = stream.subscribe("subscription ($id: ID!) { transactionAdded(walletId: $id) { type } }", {
      id: account,
    });
    const [first] = await lines.count(1);
    expect(first?.errors?.map(({ extensions }) => extensions["code"])).toEqual(["FORBIDDEN"]);
    await stream.close();
  });

  it("lists organizations and transactions newest first, by what they are, page by page", async () => {
    const stakeholders = `stakeholders: ["${ada}", "${chi}"]`;
    const ministry = await commit(
      ADMIN,
      `proposeGovernmentOrganization(name: "Ministry", country: "US", ${stakeholders}`,
      "ADMIN",
    );
    const rejected = await commit(ada, `initiateMultiSigTx(organizationId: "${bakery}", to: "${dayo}", amount: "5"`);
    const waiting = await commit(chi, `initiateMultiSigTx(organizationId: "${bakery}", to: "${dayo}", amount: "6"`);
    await commit(chi, `rejectMultiSigTx(multiSigTxId: "${rejected}"`);
    await commit(ADMIN, `lockOrganization(organizationId: "${bakery}", reason: COURT_ORDER`, "ADMIN");
    expect((await send(ada, `approveMultiSigTx(multiSigTxId: "${waiting}"`)).refusal).toBe("ORGANIZATION_NOT_ACTIVE");

    type Ids = Readonly<Record<string, { edges: { cursor: string; node: { id: string } }[] }>>;
    const list = async (actor: string, fields: Record<string, string>, role?: string) => {
      const asked = Object.entries(fields).map(
        ([alias, field]) => `${alias}: ${field} { edges { cursor node { id } } }`,
      );
      const { data, errors } = await ask<Ids>(actor, `{ ${asked.join(" ")} }`, role);
      expect(errors).toEqual([]);
      return Object.fromEntries(
        Object.entries(data ?? {}).map(([key, { edges }]) => [key, edges.map(({ node }) => node.id)]),
      );
    };
    expect(
      await list(dayo, {
        ...{ all: "organizations", government: "organizations(type: GOVERNMENT)", us: `organizations(country: "US")` },
        ...{ locked: `organizations(status: LOCKED)`, both: `organizations(status: LOCKED, country: "US", type: NGO)` },
      }),
    ).toEqual({ all: [ministry, bakery], government: [ministry], us: [ministry], locked: [bakery], both: [] });

    type Mine = Readonly<Record<string, { organizations: Ids[string]; approvalsWaiting: Ids[string] }>>;
    const first = await ask<Mine>(
      chi,
      `{ me { organizations(first: 1) { edges { cursor node { id } } } approvalsWaiting { edges { cursor node { id } } } } }`,
    );
    const mine = first.data?.["me"];
    expect([mine?.organizations.edges[0]?.node.id, mine?.approvalsWaiting.edges]).toEqual([ministry, []]);
    const after = `after: "${mine?.organizations.edges[0]?.cursor}"`;
    const second = await ask(
      chi,
      `{ me { organizations(${after}) { edges { node { id } } pageInfo { hasNextPage } } } }`,
    );
    expect(second.data).toEqual({
      me: { organizations: { edges: [{ node: { id: bakery } }], pageInfo: { hasNextPage: false } } },
    });

    const of = await ask(
      ADMIN,
      `{ organization(id: "${bakery}") { lockReason
        pending: multiSigTxs(status: PENDING) { edges { node { id } } }
        all: multiSigTxs(first: 2) { edges { node { id status } } pageInfo { hasNextPage } totalCount } } }`,
      "ADMIN",
    );
    expect(of.data).toEqual({
      organization: {
        lockReason: "COURT_ORDER",
        pending: { edges: [{ node: { id: waiting } }] },
        all: {
          edges: [{ node: { id: waiting, status: "PENDING" } }, { node: { id: rejected, status: "REJECTED" } }],
          ...{ pageInfo: { hasNextPage: true }, totalCount: 3 },
        },
      },
    });
  });
});
