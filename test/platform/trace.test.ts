import { traceIdFor, traceIdOf, traceparentOf } from "../../platform/trace.js";

const given = "4bf92f3577b34da6a3ce929d0e0e4736";
const requestId = "0f8fad5b-d9cb-469f-a165-70867728950e";
const own = "0f8fad5bd9cb469fa16570867728950e";

test("the caller's trace goes on, and is told to the next process as it came", () => {
  const traceId = traceIdOf({ traceparent: `00-${given}-00f067aa0ba902b7-01` }, requestId);
  expect(traceId).toBe(given);
  expect(traceIdOf({ traceparent: traceparentOf(traceId) }, "another")).toBe(given);
});

test("a later version of the header is read as far as it is known", () => {
  expect(traceIdOf({ traceparent: `01-${given}-00f067aa0ba902b7-01-more` }, requestId)).toBe(given);
});

test.each([
  ["no header", undefined],
  ["no trace", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
  ["no span", `00-${given}-${"0".repeat(16)}-01`],
  ["a version that is none", `ff-${given}-00f067aa0ba902b7-01`],
  ["upper case", `00-${given.toUpperCase()}-00f067aa0ba902b7-01`],
  ["something behind it", `00-${given}-00f067aa0ba902b7-01x`],
  ["another text", "anything\n"],
])("with %s a trace begins that the request's own id tells", (_, traceparent) => {
  expect(traceIdOf({ traceparent }, requestId)).toBe(own);
});

test("a request id of the caller's own making gives a trace of the right shape, the same each time", () => {
  expect(traceIdFor("order 7")).toMatch(/^[0-9a-f]{32}$/);
  expect(traceIdFor("order 7")).toBe(traceIdFor("order 7"));
  expect(traceIdFor("order 8")).not.toBe(traceIdFor("order 7"));
});
