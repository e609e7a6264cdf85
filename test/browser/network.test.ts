// The console on a real Fabric network: its peers, which one is used.
import type { Page } from "playwright-core";
import { newSystem, type System } from "../../bench/system.js";
import { findInstallations } from "../../network/programs.js";
import { workerOffset } from "../environment.js";
import { faultsByAxe } from "./axe.js";
import { browserSuite, screenshot } from "./browser.js";

const [installation] = findInstallations(process.env);
const title = "the console on a real network";

if (installation === undefined) {
  describe.skip(`SKIPPED: real Fabric 2.5: ${title}`, () => {
    it("shows each node with its organization, state and height, and which peer is used", () => undefined);
  });
} else {
  browserSuite(`${title} on Fabric ${installation.version}`, (browser) => {
    let system: System;
    beforeAll(async () => {
      system = await newSystem(workerOffset, {}, "--network", "--empty");
    }, 180_000);
    afterAll(async () => {
      await system.stop();
      system.gx("network", "down");
      await system.remove();
    }, 60_000);

    const rowOf = (page: Page, node: string) => page.getByRole("row", { name: new RegExp(`^${node} `) });

    it("shows each node with its organization, state and height, and which peer is used", async () => {
      const page = await browser.tab();
      await page.goto(system.gx("console").trim());
      await page.getByRole("heading", { name: "Fabric network" }).waitFor();
      await page.getByText("2 of 2 peers can be used").waitFor();
      await rowOf(page, "peer0-org1").getByText("current").waitFor();
      await rowOf(page, "peer0-org1").getByText("submitter, projector").waitFor();
      await rowOf(page, "peer0-org2").getByText("Org2MSP").waitFor();
      await rowOf(page, "orderer0").getByText("leads").waitFor();
      for (const name of ["chaincode-org1", "chaincode-org2"]) await rowOf(page, name).getByText("running").waitFor();
      await page.getByText(/channel gxchannel · chaincode .* · 5 of 5 nodes run/).waitFor();
      expect(await rowOf(page, "peer0-org1").locator("td.number").first().textContent()).toMatch(/^\d+$/);
      expect(await faultsByAxe(page)).toEqual([]);
      await screenshot(page, "console-network");
    }, 60_000);
  });
}
