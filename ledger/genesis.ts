// Block 0: a configuration transaction that names organisations, their roots and the batch settings.
import { randomBytes } from "node:crypto";
import { common, msp, orderer } from "@hyperledger/fabric-protos";
import type { Signer } from "./block.js";
import { transactionIdOf } from "./proposal.js";
import { bytesField, numberField } from "./wire.js";

export interface GenesisOptions {
  channel: string;
  mspId: string;
  orgRoot: string;
  tlsRoot: string;
  batchTimeoutMs: number;
  maxMessageCount: number;
  preferredMaxBytes: number;
  absoluteMaxBytes: number;
}

type Group = InstanceType<typeof common.ConfigGroup>;

/** Envelope bytes of the configuration transaction, not signed, as a genesis block carries it. */
export function genesisEnvelope(options: GenesisOptions, { creator }: Signer): Buffer {
  const nonce = randomBytes(24);
  const txId = transactionIdOf(nonce, creator);
  const timestamp = numberField(1, Math.floor(Date.now() / 1_000));
  const channelHeader = Buffer.concat([
    numberField(1, common.HeaderType.CONFIG),
    numberField(2, 1),
    bytesField(3, timestamp),
    bytesField(4, options.channel),
    bytesField(5, txId),
  ]);
  const signatureHeader = Buffer.concat([bytesField(1, creator), bytesField(2, nonce)]);
  const header = Buffer.concat([bytesField(1, channelHeader), bytesField(2, signatureHeader)]);
  const payload = Buffer.concat([bytesField(1, header), bytesField(2, configEnvelope(options))]);
  return bytesField(1, payload);
}

function configEnvelope(options: GenesisOptions): Uint8Array {
  const channel = new common.ConfigGroup();
  setValue(channel, "HashingAlgorithm", named(new common.HashingAlgorithm(), "SHA256"));
  setValue(channel, "Capabilities", capability("V2_0"));
  channel.getGroupsMap().set("Application", organisations("V2_5", options.mspId, options));
  channel.getGroupsMap().set("Orderer", ordererGroup(options));
  const config = new common.Config();
  config.setChannelGroup(channel);
  const envelope = new common.ConfigEnvelope();
  envelope.setConfig(config);
  return envelope.serializeBinary();
}

function ordererGroup(options: GenesisOptions): Group {
  const group = organisations("V2_0", "OrdererMSP", options);
  const size = new orderer.BatchSize();
  size.setMaxMessageCount(options.maxMessageCount);
  size.setAbsoluteMaxBytes(options.absoluteMaxBytes);
  size.setPreferredMaxBytes(options.preferredMaxBytes);
  const timeout = new orderer.BatchTimeout();
  timeout.setTimeout(`${options.batchTimeoutMs}ms`);
  const consensus = new orderer.ConsensusType();
  consensus.setType("development");
  setValue(group, "BatchSize", size.serializeBinary());
  setValue(group, "BatchTimeout", timeout.serializeBinary());
  setValue(group, "ConsensusType", consensus.serializeBinary());
  return group;
}

function organisations(level: string, mspId: string, { orgRoot, tlsRoot }: GenesisOptions): Group {
  const fabric = new msp.FabricMSPConfig();
  fabric.setName(mspId);
  fabric.addRootCerts(Buffer.from(orgRoot));
  fabric.addTlsRootCerts(Buffer.from(tlsRoot));
  const units = new msp.FabricNodeOUs();
  units.setEnable(true);
  units.setClientOuIdentifier(unit("client"));
  units.setAdminOuIdentifier(unit("admin"));
  units.setPeerOuIdentifier(unit("peer"));
  units.setOrdererOuIdentifier(unit("orderer"));
  fabric.setFabricNodeOus(units);
  const config = new msp.MSPConfig();
  config.setConfig(fabric.serializeBinary());
  const organisation = new common.ConfigGroup();
  setValue(organisation, "MSP", config.serializeBinary());
  const group = new common.ConfigGroup();
  setValue(group, "Capabilities", capability(level));
  group.getGroupsMap().set(mspId, organisation);
  return group;
}

function unit(name: string): InstanceType<typeof msp.FabricOUIdentifier> {
  const identifier = new msp.FabricOUIdentifier();
  identifier.setOrganizationalUnitIdentifier(name);
  return identifier;
}

function capability(name: string): Uint8Array {
  const capabilities = new common.Capabilities();
  capabilities.getCapabilitiesMap().set(name, new common.Capability());
  return capabilities.serializeBinary();
}

function named(algorithm: InstanceType<typeof common.HashingAlgorithm>, name: string): Uint8Array {
  algorithm.setName(name);
  return algorithm.serializeBinary();
}

function setValue(group: Group, name: string, bytes: Uint8Array): void {
  const value = new common.ConfigValue();
  value.setValue(bytes);
  value.setModPolicy("Admins");
  group.getValuesMap().set(name, value);
}
