// Must be imported before the catalogue: its parsers look once whether code may be made from text, which the page's policy
// forbids and the browser complains of.
import { config } from "zod";

config({ jitless: true });
