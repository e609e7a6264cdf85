// The wallet on a port of its own, built anew at each load: npm start -w gx-example-wallet
// For development only: it serves this folder to this machine.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));
const port = Number(process.env.PORT ?? 5173);

const page = await context({
  absWorkingDir: folder,
  entryPoints: ["src/index.tsx"],
  outfile: "index.js",
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  sourcemap: "inline",
  write: false,
});

try {
  // Fails at once, with esbuild's own words, when something does not build; a load would only show an empty page.
  await page.rebuild();
  await page.serve({ host: "127.0.0.1", port, servedir: folder });
  console.log(`Wallet  http://localhost:${port}    (stop with Ctrl-C)`);
} catch (error) {
  const unbuilt = /Could not resolve "@gx\/client"/.test(error.message);
  console.error(unbuilt ? "@gx/client is not built yet: npm ci && npm run build" : error.message);
  if (/address already in use/.test(error.message))
    console.error("Another port: PORT=5174 npm start -w gx-example-wallet");
  await page.dispose();
  process.exitCode = 1;
}
