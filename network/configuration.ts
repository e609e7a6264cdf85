// What Fabric's programs read: orderer.yaml, core.yaml of each peer, and configtx.yaml of the channel. Pure.
import { adminOf, mspOf, tlsOf } from "./crypto.js";
import {
  LOOPBACK,
  ORDERER_MSP,
  peerOrganizations,
  type Layout,
  type OrdererPlace,
  type PeerPlace,
  type PortGuard,
} from "./layout.js";
import type { Line } from "./programs.js";
import type { Yaml } from "./yaml.js";

type Section = { readonly [key: string]: Yaml };

const at = (host: string, port: number): string => `${host}:${port}`;
const SOFTWARE: Section = { Default: "SW", SW: { Hash: "SHA2", Security: 256 } };

/** Messages of nodes go up to this: a block may hold envelopes of 10 MB. */
const MESSAGE_BYTES = 104_857_600;

export function ordererYaml(layout: Layout, place: OrdererPlace): Section {
  const { name, port, adminPort, operationsPort } = place;
  return {
    General: {
      ListenAddress: layout.bind,
      ListenPort: port,
      TLS: {
        Enabled: true,
        PrivateKey: tlsOf(layout, name, "server.key"),
        Certificate: tlsOf(layout, name, "server.crt"),
        RootCAs: [tlsOf(layout, name, "ca.crt")],
      },
      MaxRecvMsgSize: MESSAGE_BYTES,
      MaxSendMsgSize: MESSAGE_BYTES,
      Cluster: { SendBufferSize: 100 },
      BootstrapMethod: "none",
      LocalMSPDir: mspOf(layout, name),
      LocalMSPID: ORDERER_MSP,
      BCCSP: SOFTWARE,
    },
    FileLedger: { Location: layout.data(name) },
    Consensus: { WALDir: `${layout.data(name)}/etcdraft/wal`, SnapDir: `${layout.data(name)}/etcdraft/snapshot` },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: "1 MB" },
    Admin: { ListenAddress: at(layout.bind, adminPort), TLS: guarded(layout, name, "administration") },
    Operations: { ListenAddress: at(layout.bind, operationsPort), TLS: guarded(layout, name, "metrics") },
    Metrics: { Provider: "prometheus" },
  };
}

export function coreYaml(
  layout: Layout,
  place: PeerPlace,
  { builder, line }: { builder: string; line: Line },
): Section {
  return {
    peer: peerSection(layout, place, line),
    // Empty here and not by the environment: else a peer asks for Docker and is never healthy.
    vm: { endpoint: "" },
    chaincode: {
      mode: "net",
      keepalive: 0,
      installTimeout: "300s",
      startuptimeout: "300s",
      executetimeout: "30s",
      externalBuilders: [{ name: "ccaas", path: builder }],
      system: { _lifecycle: "enable", cscc: "enable", lscc: "enable", qscc: "enable" },
      logging: { level: "info", shim: "warning" },
    },
    ledger: {
      state: { stateDatabase: "goleveldb", totalQueryLimit: 100_000 },
      history: { enableHistoryDatabase: true },
      snapshots: { rootDir: `${layout.data(place.name)}/snapshots` },
    },
    operations: { listenAddress: at(layout.bind, place.operationsPort), tls: guardedPeer(layout, place.name) },
    metrics: { provider: "prometheus" },
  };
}

/** Of an orderer: only who administers it must show a certificate for every call. */
function guarded({ guard, ...layout }: Layout, name: string, port: keyof PortGuard): Section {
  if (!guard) return { Enabled: false };
  return {
    Enabled: true,
    PrivateKey: tlsOf(layout, name, "server.key"),
    Certificate: tlsOf(layout, name, "server.crt"),
    ClientAuthRequired: port === "administration",
    ClientRootCAs: [guard[port]],
  };
}

function guardedPeer({ guard, ...layout }: Layout, name: string): Section {
  if (!guard) return { enabled: false };
  return {
    enabled: true,
    cert: { file: tlsOf(layout, name, "server.crt") },
    key: { file: tlsOf(layout, name, "server.key") },
    clientAuthRequired: false,
    clientRootCAs: { files: [guard.metrics] },
  };
}

function peerSection(layout: Layout, { name, mspId, host, port }: PeerPlace, line: Line): Section {
  const address = at(host, port);
  const siblings = layout.peers.filter((peer) => peer.mspId === mspId && peer.name !== name);
  return {
    id: name,
    networkId: "gx",
    listenAddress: at(layout.bind, port),
    address,
    // No chaincode of ours calls the peer; with nothing said it would take port 7052.
    chaincodeListenAddress: at(LOOPBACK, 0),
    localMspId: mspId,
    mspConfigPath: mspOf(layout, name),
    fileSystemPath: layout.data(name),
    BCCSP: SOFTWARE,
    tls: {
      enabled: true,
      clientAuthRequired: false,
      cert: { file: tlsOf(layout, name, "server.crt") },
      key: { file: tlsOf(layout, name, "server.key") },
      rootcert: { file: tlsOf(layout, name, "ca.crt") },
    },
    gossip: {
      ...gossip,
      bootstrap: siblings.map((peer) => at(peer.host, peer.port)),
      endpoint: address,
      externalEndpoint: address,
    },
    gateway: { enabled: true, endorsementTimeout: "30s", broadcastTimeout: "30s", dialTimeout: "2m" },
    discovery: { enabled: true, authCacheEnabled: true, authCacheMaxSize: 1000, authCachePurgeRetentionRatio: 0.75 },
    limits: { concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: 500 } },
    authentication: { timewindow: "15m" },
    maxRecvMsgSize: MESSAGE_BYTES,
    maxSendMsgSize: MESSAGE_BYTES,
    client: { connTimeout: "3s" },
    // The longest pause between two attempts, so that an orderer which comes back is found soon.
    deliveryclient: { reconnectTotalTimeThreshold: "3600s", connTimeout: "3s", reConnectBackoffThreshold: "2s" },
    handlers: {
      authFilters: authFilters[line].map((filter) => ({ name: filter })),
      decorators: [{ name: "DefaultDecorator" }],
      endorsers: { escc: { name: "DefaultEndorsement" } },
      validators: { vscc: { name: "DefaultValidation" } },
    },
  };
}

/** Those of each line's own configuration. */
const authFilters: Readonly<Record<Line, readonly string[]>> = {
  "2.5": ["DefaultAuth", "ExpirationCheck"],
  "3.1": ["DefaultAuth", "ExpirationCheck", "TimeWindowCheck"],
};

/** With the programs' own values the first endorsement by two organizations would wait up to 25 s. */
const gossip: Section = {
  orgLeader: true,
  useLeaderElection: false,
  requestStateInfoInterval: "500ms",
  publishStateInfoInterval: "500ms",
  aliveTimeInterval: "1s",
  reconnectInterval: "500ms",
  pullInterval: "1s",
  digestWaitTime: "200ms",
  requestWaitTime: "300ms",
  responseWaitTime: "400ms",
  // An approval is private data of its organization: a second peer gets it from the first and says so.
  pvtData: {
    pushAckTimeout: "3s",
    pullRetryThreshold: "5s",
    transientstoreMaxBlockRetention: 1000,
    btlPullMargin: 10,
    reconcileBatchSize: 10,
    reconcileSleepInterval: "10s",
    reconciliationEnabled: true,
    implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
  },
};

export const CHANNEL_PROFILE = "Channel";

export interface ChannelRules {
  line: Line;
  /** Milliseconds from the first transaction of a block to its cut. */
  batchTimeoutMs: number;
}

export function configtxYaml(layout: Layout, rules: ChannelRules): Section {
  const capability = rules.line === "2.5" ? "V2_0" : "V3_0";
  const channel: Section = {
    Policies: standing(["Readers", "Writers"]),
    Capabilities: { [capability]: true },
    Orderer: ordering(layout, rules),
    Application: {
      Organizations: peerOrganizations.map(({ mspId }) => peerOrganization(layout, mspId)),
      Policies: {
        ...standing(["Readers", "Writers"]),
        LifecycleEndorsement: meta("MAJORITY Endorsement"),
        Endorsement: meta("MAJORITY Endorsement"),
      },
      Capabilities: { V2_5: true },
    },
  };
  return { Profiles: { [CHANNEL_PROFILE]: channel } };
}

function ordering(layout: Layout, { batchTimeoutMs }: ChannelRules): Section {
  return {
    OrdererType: "etcdraft",
    BatchTimeout: `${batchTimeoutMs}ms`,
    BatchSize: { MaxMessageCount: 500, PreferredMaxBytes: "2 MB", AbsoluteMaxBytes: "10 MB" },
    EtcdRaft: {
      Consenters: layout.orderers.map(({ name, host, port }) => ({
        Host: host,
        Port: port,
        ClientTLSCert: tlsOf(layout, name, "server.crt"),
        ServerTLSCert: tlsOf(layout, name, "server.crt"),
      })),
      // A lone node waits ElectionTick ticks for its own election: a second, not five.
      Options: {
        TickInterval: "100ms",
        ElectionTick: 10,
        HeartbeatTick: 1,
        MaxInflightBlocks: 5,
        SnapshotIntervalSize: "16 MB",
      },
    },
    Organizations: [
      {
        Name: ORDERER_MSP,
        ID: ORDERER_MSP,
        MSPDir: mspOf(layout, ORDERER_MSP),
        Policies: signed(ORDERER_MSP, { Readers: "member", Writers: "member" }),
        OrdererEndpoints: layout.orderers.map(({ host, port }) => at(host, port)),
      },
    ],
    Policies: { ...standing(["Readers", "Writers"]), BlockValidation: meta("ANY Writers") },
    Capabilities: { V2_0: true },
  };
}

function peerOrganization(layout: Layout, mspId: string): Section {
  const anchor = layout.peers.find((peer) => peer.mspId === mspId);
  return {
    Name: mspId,
    ID: mspId,
    MSPDir: mspOf(layout, mspId),
    Policies: signed(mspId, { Readers: "member", Writers: "member", Endorsement: "peer" }),
    AnchorPeers: anchor ? [{ Host: anchor.host, Port: anchor.port }] : [],
  };
}

const meta = (rule: string): Section => ({ Type: "ImplicitMeta", Rule: rule });

const standing = (names: readonly string[]): Section => ({
  ...Object.fromEntries(names.map((name) => [name, meta(`ANY ${name}`)])),
  Admins: meta("MAJORITY Admins"),
});

function signed(mspId: string, who: Readonly<Record<string, string>>): Section {
  const rules = Object.entries({ ...who, Admins: "admin" });
  return Object.fromEntries(rules.map(([name, role]) => [name, { Type: "Signature", Rule: `OR('${mspId}.${role}')` }]));
}

/** What the command line of a peer needs to speak for an organization's administrator. */
export function adminEnvironment(layout: Layout, peer: PeerPlace): Record<string, string> {
  return {
    FABRIC_CFG_PATH: layout.config(peer.name),
    CORE_PEER_LOCALMSPID: peer.mspId,
    CORE_PEER_MSPCONFIGPATH: mspOf(layout, adminOf(peer.mspId)),
    CORE_PEER_ADDRESS: at(peer.host, peer.port),
    FABRIC_LOGGING_SPEC: "error",
  };
}
