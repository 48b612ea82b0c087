// The outbox as it stands now.

import { keepFresh } from "./lib/fresh.js";

keepFresh(10);
