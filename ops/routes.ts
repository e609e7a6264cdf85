// Which alert reaches whom: Alertmanager's routes, receivers and inhibitions. Holds no address: they are read from files.
import type { Yaml } from "./yaml.js";

export const receiverNames = ["pager", "chat", "digest", "dead-man"] as const;
export type ReceiverName = (typeof receiverNames)[number];

export interface RouteOptions {
  /** How each receiver is reached, in Alertmanager's terms; as shipped: addresses and keys from files. */
  readonly receivers?: Readonly<Record<ReceiverName, Readonly<Record<string, Yaml>>>>;
  /** Times between repeated and grouped notifications, where others are wanted than those shipped. */
  readonly times?: { readonly wait: string; readonly interval: string };
}

/** Beside Alertmanager's configuration, unreadable for others, never in the repository. */
export const SECRETS = "/etc/alertmanager/secrets";

const TITLE = "{{ .CommonLabels.class }} {{ .CommonLabels.alertname }} {{ .CommonLabels.namespace }}";
const TEXT = [
  "{{ range .Alerts }}{{ .Status }}: {{ .Annotations.summary }}",
  "{{ .Annotations.description }}",
  "{{ .Annotations.runbook }}",
  "{{ end }}",
].join("\n");

type Receiver = Readonly<Record<string, Yaml>>;

const message = (file: string): Receiver => ({
  slack_configs: [{ api_url_file: `${SECRETS}/${file}`, send_resolved: true, title: TITLE, text: TEXT }],
});

const shipped: Readonly<Record<ReceiverName, Receiver>> = {
  pager: {
    pagerduty_configs: [
      {
        routing_key_file: `${SECRETS}/pager-key`,
        send_resolved: true,
        description: `${TITLE}: {{ .CommonAnnotations.summary }}`,
        details: { runbook: "{{ .CommonAnnotations.runbook }}" },
      },
    ],
  },
  chat: message("chat-url"),
  digest: message("digest-url"),
  // The timer wants a sign of life at its address, whatever it says.
  "dead-man": { slack_configs: [{ api_url_file: `${SECRETS}/dead-man-url`, send_resolved: false }] },
};

const LESSER = 'class=~"P1|P2|P3"';

/** Labels that both lack count as equal: each rule asks that they are there. */
const inhibitions: Yaml = [
  {
    source_matchers: ['class="P0"', 'role!=""'],
    target_matchers: [LESSER, 'role!=""'],
    equal: ["namespace", "role"],
  },
  // A P0 of one role says nothing about the others of its component.
  {
    source_matchers: ['class="P0"', 'role=""'],
    target_matchers: [LESSER, 'component!=""'],
    equal: ["namespace", "component"],
  },
  {
    source_matchers: ['alertname="NodeNotReady"'],
    target_matchers: ['alertname!="NodeNotReady"', 'node!=""'],
    equal: ["node"],
  },
];

export function alertmanagerConfig({ receivers = shipped, times }: RouteOptions = {}): Yaml {
  const often = (interval: string, repeat: string) => ({
    group_interval: times?.interval ?? interval,
    repeat_interval: repeat,
  });
  return {
    route: {
      receiver: "chat",
      group_by: ["namespace", "alertname", "role"],
      group_wait: times?.wait ?? "10s",
      ...often("5m", "4h"),
      routes: [
        { receiver: "dead-man", matchers: ['alertname="Watchdog"'], ...often("1m", "5m") },
        { receiver: "pager", matchers: ['severity="critical"'], ...often("1m", "1h") },
        { receiver: "chat", matchers: ['severity="warning"'] },
        // Once a day, all of a namespace together.
        { receiver: "digest", matchers: ['severity="info"'], group_by: ["namespace"], ...often("24h", "24h") },
      ],
    },
    inhibit_rules: inhibitions,
    receivers: receiverNames.map((name) => ({ name, ...receivers[name] })),
  };
}
