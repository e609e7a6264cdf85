// Where Redis clients are made: of one server, or of the primary that Sentinels name, whoever that is at the time.
// Knows no key and no command; how often and how long a client tries is its owner's choice.
import { Redis, type RedisOptions } from "ioredis";

/** `redis+sentinel://user:password@host:port/name?sentinel=host:port`: any Sentinel, the name it watches, and further ones. */
const SENTINEL = "redis+sentinel:";
const SENTINEL_PORT = 26_379;
/** Milliseconds until a Sentinel that says nothing is left for the next one, and between two rounds of all of them. */
const SENTINEL_ANSWER_MS = 1_000;
const SENTINEL_AGAIN_MS = 250;

/** Connects by itself unless told otherwise. */
export function openRedis(url: string, options: RedisOptions): Redis {
  return URL.canParse(url) && new URL(url).protocol === SENTINEL
    ? new Redis({ ...options, ...throughSentinel(new URL(url)) })
    : new Redis(url, options);
}

/** The user of the address is the one of Redis and of Sentinel: both have the same users. */
function throughSentinel(address: URL): RedisOptions {
  const username = decodeURIComponent(address.username);
  const password = decodeURIComponent(address.password);
  return {
    name: decodeURIComponent(address.pathname.slice(1)),
    sentinels: [address.host, ...address.searchParams.getAll("sentinel")].map(hostAndPort),
    role: "master",
    connectTimeout: SENTINEL_ANSWER_MS,
    sentinelCommandTimeout: SENTINEL_ANSWER_MS,
    sentinelRetryStrategy: () => SENTINEL_AGAIN_MS,
    ...(username === "" ? {} : { username, sentinelUsername: username }),
    ...(password === "" ? {} : { password, sentinelPassword: password }),
  };
}

function hostAndPort(text: string): { host: string; port: number } {
  const [host = "", port] = text.split(":");
  return { host, port: port === undefined ? SENTINEL_PORT : Number(port) };
}
