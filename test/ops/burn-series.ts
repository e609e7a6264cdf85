// Series for the objectives' alerts by hand: per window a budget that burns, a fire that has ended, and one that has just begun.
import type { Cases, Fire, Series, Silence } from "./rule-series.js";

interface Way {
  readonly id: string;
  readonly name: string;
  /** Counters that grow by what was good and what was bad. */
  readonly series: (good: string, bad: string, lag: string) => Series;
}

// Without a projector S5 burns: the others' series have one.
const fresh = (lag: string): Series => ({ projector_lag_milliseconds: lag });

const http: Way = {
  ...{ id: "S1", name: "availability" },
  series: (good, bad, lag) => ({
    ...fresh(lag),
    'http_requests_total{service="gateway",status="200"}': good,
    'http_requests_total{service="gateway",status="503"}': bad,
  }),
};
const failing: Way = {
  ...{ id: "S3", name: "commands" },
  series: (good, bad, lag) => ({
    ...fresh(lag),
    'outbox_submitter_wait_seconds_count{role="gx_admin"}': good,
    'outbox_submitter_wait_seconds_bucket{role="gx_admin",le="30"}': good,
    'outbox_submitter_wait_seconds_bucket{role="gx_admin",le="2"}': good,
    'outbox_submitter_commands_total{role="gx_admin",domain="tax",outcome="failed"}': bad,
  }),
};

const burning = (
  at: string,
  faults: string,
  over: string,
  { id, name, series }: Way,
  values: readonly string[],
): Fire => {
  const [good = "", bad = "", lag = ""] = values;
  return {
    ...{ series: series(good, bad, lag), at, atOnce: true },
    says: [{ labels: { objective: id }, summary: `${id} ${name} burns: ${faults} of faults over ${over}` }],
  };
};
const stale = (at: string, faults: string, over: string, lag: string): Fire => ({
  ...{ series: fresh(lag), at, atOnce: true },
  says: [{ labels: { objective: "S5" }, summary: `S5 freshness burns: ${faults} of faults over ${over}` }],
});
const quiet = ({ series }: Way, values: readonly string[], times: Omit<Silence, "series">): Silence => {
  const [good = "", bad = "", lag = ""] = values;
  return { series: series(good, bad, lag), ...times };
};

const fast = ["0+98x99", "0+2x99", "0x99"];
const fastOver = ["0+98x99", "0+2x55 110x44", "0x99"];
const fastBegun = ["0+98x99", "0x60 5+5x4", "0x99"];
const slow = ["0+99x400", "0+1x400", "0x400"];
const slowOver = ["0+99x400", "0+1x340 340x60", "0x400"];
const slowBegun = ["0+99x400", "0x360 1+1x39", "0x400"];
const trend = ["0+998x450", "0+2x450", "0x450"];
const trendOver = ["0+998x450", "0+2x380 760x70", "0x450"];
const calm = ["0+9995x450", "0+5x450", "0x450"];

/** Of ten thousand: how many were answered in time. */
const slowly = (of: string, labels: string, le: string, good: string): Series => ({
  ...fresh("0x450"),
  [`${of}_count{${labels}}`]: "0+100x450",
  [`${of}_bucket{${labels},le="${le}"}`]: good,
});
const queries = (good: string) =>
  slowly("http_request_duration_seconds", 'service="gateway",route="/graphql"', "0.5", good);
const pickup = (good: string): Series => ({
  ...slowly("outbox_submitter_wait_seconds", 'role="gx_admin"', "2", good),
  'outbox_submitter_wait_seconds_bucket{role="gx_admin",le="30"}': "0+100x450",
});
const trending = (id: string, name: string, series: Series): Fire => ({
  ...{ series, at: "3d2h", atOnce: true },
  says: [{ labels: { objective: id }, summary: `${id} ${name} burns: 2% of faults over 3d` }],
});

export const burnCases: Readonly<Record<string, Cases>> = {
  SloFastBurn: {
    ...{ class: "P1", component: "gateway", every: "1m", evaluatedEvery: "1m" },
    fires: {
      "S1 at 2 %": burning("1h10m", "2%", "1h", http, fast),
      "S3 at 2 %, given up": burning("1h10m", "2%", "1h", failing, fast),
      "S3 at 2 %, late": {
        series: {
          ...fresh("0x99"),
          'outbox_submitter_wait_seconds_count{role="gx_admin"}': "0+100x99",
          'outbox_submitter_wait_seconds_bucket{role="gx_admin",le="30"}': "0+98x99",
        },
        ...{ at: "1h10m", atOnce: true },
        says: [{ labels: { objective: "S3" }, summary: "S3 commands burns: 2% of faults over 1h" }],
      },
      "S5 for 3 minutes of an hour": stale("1h", "4.918%", "1h", "0x57 8000x2 0x39"),
    },
    silent: {
      "S1 over, the hour still burnt": quiet(http, fastOver, { from: "1h1m", until: "1h10m" }),
      "S1 just begun": quiet(http, fastBegun, { until: "1h5m" }),
      "S3 over, the hour still burnt": quiet(failing, fastOver, { from: "1h1m", until: "1h10m" }),
      "S3 just begun": quiet(failing, fastBegun, { until: "1h5m" }),
      "S5 over, the hour still burnt": { series: fresh("0x19 8000x2 0x77"), from: "30m", until: "1h" },
    },
  },
  SloSlowBurn: {
    ...{ class: "P1", component: "gateway", every: "1m", evaluatedEvery: "5m" },
    fires: {
      "S1 at 1 %": burning("6h30m", "1%", "6h", http, slow),
      "S3 at 1 %": burning("6h30m", "1%", "6h", failing, slow),
      "S5 for 10 minutes of 6 hours": stale("6h30m", "2.74%", "6h", "0x379 8000x5 0x15"),
    },
    silent: {
      "S1 over, the six hours still burnt": quiet(http, slowOver, { from: "6h15m", until: "6h30m" }),
      "S1 just begun": quiet(http, slowBegun, { until: "6h30m" }),
      "S3 over, the six hours still burnt": quiet(failing, slowOver, { from: "6h15m", until: "6h30m" }),
      "S3 just begun": quiet(failing, slowBegun, { until: "6h30m" }),
      "S5 over, the six hours still burnt": { series: fresh("0x199 8000x5 0x195"), from: "4h15m", until: "6h30m" },
    },
  },
  SloTrend: {
    ...{ class: "P3", component: "gateway", every: "10m", evaluatedEvery: "1h" },
    fires: {
      "S1 at 0.2 %": burning("3d2h", "0.2%", "3d", http, trend),
      "S2 at 2 %": trending("S2", "speed", queries("0+98x450")),
      "S3 at 0.2 %": burning("3d2h", "0.2%", "3d", failing, trend),
      "S4 at 2 %": trending("S4", "pickup", pickup("0+98x450")),
      "S5 for 3 hours of 3 days": stale("3d2h", "4.11%", "3d", "0x426 8000x17"),
    },
    silent: {
      "S1 over, the three days still burnt": quiet(http, trendOver, { from: "2d23h", until: "3d2h" }),
      "S1 at 0.05 %": quiet(http, calm, { until: "3d2h" }),
      "S2 at 0.5 %": { series: queries("0+99.5x450"), until: "3d2h" },
      "S3 at 0.05 %": quiet(failing, calm, { until: "3d2h" }),
      "S4 at 0.5 %": { series: pickup("0+99.5x450"), until: "3d2h" },
    },
  },
};

/** What is concerned in each objective. */
export const componentOf: Readonly<Record<string, string>> = {
  ...{ S1: "gateway", S2: "gateway", S3: "submitter", S4: "submitter", S5: "projector" },
};
