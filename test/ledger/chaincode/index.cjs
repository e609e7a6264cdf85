// Chaincode of the conformance suite: one small function per property of the ledger that the suite looks at.
"use strict";
const { Contract } = require("fabric-contract-api");

class Conformance extends Contract {
  constructor() {
    super("test");
  }

  async put(ctx, key, value) {
    await ctx.stub.putState(key, Buffer.from(value));
  }

  async putMany(ctx, json) {
    for (const [key, value] of JSON.parse(json)) await ctx.stub.putState(key, Buffer.from(value));
  }

  async get(ctx, key) {
    return (await ctx.stub.getState(key)).toString();
  }

  async remove(ctx, key) {
    await ctx.stub.deleteState(key);
  }

  /** Adds to a counter: a read and a write of one key. */
  async add(ctx, key, amount) {
    const before = Number((await ctx.stub.getState(key)).toString() || "0");
    await ctx.stub.putState(key, Buffer.from(String(before + Number(amount))));
    return String(before + Number(amount));
  }

  /** As add, with time for somebody else between the read and the end. */
  async addSlowly(ctx, key, amount, milliseconds) {
    const sum = await this.add(ctx, key, amount);
    await this.slow(ctx, milliseconds);
    return sum;
  }

  /** Writes and then reads the same key: the peer shows the committed value. */
  async putThenGet(ctx, key, value) {
    await ctx.stub.putState(key, Buffer.from(value));
    return (await ctx.stub.getState(key)).toString();
  }

  async keys(ctx, start, end) {
    const found = [];
    for await (const { key } of ctx.stub.getStateByRange(start, end)) found.push(key);
    return JSON.stringify(found);
  }

  /** Reads the first keys of a range only and writes down which. */
  async firstKeys(ctx, start, end, count, into) {
    const iterator = await ctx.stub.getStateByRange(start, end);
    const found = [];
    while (found.length < Number(count)) {
      const next = await iterator.next();
      if (next.done) break;
      found.push(next.value.key);
    }
    await iterator.close();
    await ctx.stub.putState(into, Buffer.from(JSON.stringify(found)));
    return JSON.stringify(found);
  }

  async countInto(ctx, start, end, into) {
    const found = [];
    for await (const { key } of ctx.stub.getStateByRange(start, end)) found.push(key);
    await ctx.stub.putState(into, Buffer.from(String(found.length)));
    return String(found.length);
  }

  async putComposite(ctx, type, json, value) {
    await ctx.stub.putState(ctx.stub.createCompositeKey(type, JSON.parse(json)), Buffer.from(value));
  }

  async composites(ctx, type, json) {
    const found = [];
    for await (const { key } of ctx.stub.getStateByPartialCompositeKey(type, JSON.parse(json))) {
      found.push(ctx.stub.splitCompositeKey(key).attributes);
    }
    return JSON.stringify(found);
  }

  async emit(ctx, name, payload) {
    await ctx.stub.putState(`emitted-${ctx.stub.getTxID()}`, Buffer.from("1"));
    ctx.stub.setEvent("overwritten", Buffer.from("never seen"));
    ctx.stub.setEvent(name, Buffer.from(payload));
  }

  /** An event of so many bytes. */
  async emitLong(ctx, name, head, bytes, tail) {
    await ctx.stub.putState(`emitted-${ctx.stub.getTxID()}`, Buffer.from("1"));
    const filling = "x".repeat(Number(bytes) - head.length - tail.length);
    ctx.stub.setEvent(name, Buffer.from(head + filling + tail));
  }

  async fail(_ctx, text) {
    throw new Error(text);
  }

  async role(ctx, attribute) {
    return ctx.clientIdentity.getAttributeValue(attribute) ?? "none";
  }

  async requireRole(ctx, attribute, value, key) {
    if (!ctx.clientIdentity.assertAttributeValue(attribute, value)) throw new Error(`${attribute} is not ${value}`);
    await ctx.stub.putState(key, Buffer.from(value));
  }

  async transient(ctx, name) {
    return Buffer.from(ctx.stub.getTransient().get(name) ?? "").toString();
  }

  async time(ctx) {
    return String(ctx.stub.getTxTimestamp().seconds);
  }

  async queryRich(ctx) {
    await ctx.stub.getQueryResult("{}");
  }

  async privateData(ctx) {
    await ctx.stub.getPrivateData("collection", "key");
  }

  async invoke(ctx, name) {
    await ctx.stub.invokeChaincode(name, ["get", "key"], ctx.stub.getChannelID());
  }

  async keyPolicy(ctx, key) {
    await ctx.stub.setStateValidationParameter(key, Buffer.from("policy"));
  }

  async history(ctx, key) {
    const found = [];
    for await (const { txId, value, isDelete, timestamp } of ctx.stub.getHistoryForKey(key)) {
      found.push({ txId, value: value.toString(), isDelete, seconds: timestamp.seconds });
    }
    return JSON.stringify(found);
  }

  async page(ctx, start, end, size, bookmark) {
    const { iterator, metadata } = await ctx.stub.getStateByRangeWithPagination(start, end, Number(size), bookmark);
    const keys = [];
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) keys.push(next.value.key);
    await iterator.close();
    return JSON.stringify({ keys, ...metadata });
  }

  async pageThenPut(ctx, start, end, key) {
    const { iterator } = await ctx.stub.getStateByRangeWithPagination(start, end, 2, "");
    await iterator.close();
    await ctx.stub.putState(key, Buffer.from("1"));
  }

  async putThenPage(ctx, start, end, key) {
    await ctx.stub.putState(key, Buffer.from("1"));
    await ctx.stub.getStateByRangeWithPagination(start, end, 2, "");
  }

  /** As add, with an event. */
  async addAndEmit(ctx, key, name, payload) {
    await this.add(ctx, key, "1");
    ctx.stub.setEvent(name, Buffer.from(payload));
  }

  async slow(_ctx, milliseconds) {
    await new Promise((resolve) => setTimeout(resolve, Number(milliseconds)));
    return "done";
  }

  /** Reads and writes many keys one after the other, as a batch does. */
  async batch(ctx, prefix, count) {
    for (let at = 0; at < Number(count); at += 1) {
      const key = `${prefix}${at}`;
      const value = Number((await ctx.stub.getState(key)).toString() || "0");
      await ctx.stub.putState(key, Buffer.from(String(value + 1)));
    }
  }

  /** Not deterministic: every run writes another value. */
  async putRandom(ctx, key) {
    await ctx.stub.putState(key, Buffer.from(String(Math.random())));
  }

  /** Not deterministic: every second run of this process fails. */
  async failEverySecond(ctx, key) {
    this.runs = (this.runs ?? 0) + 1;
    if (this.runs % 2 === 0) throw new Error("not again");
    await ctx.stub.putState(key, Buffer.from("1"));
  }

  async crash() {
    process.exit(7);
  }
}

exports.contracts = [Conformance];
