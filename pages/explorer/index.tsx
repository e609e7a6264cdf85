// The explorer: operations written and run by hand, offline. Never asks another host.
import "./index.css";
