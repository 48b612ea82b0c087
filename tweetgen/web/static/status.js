// The status as it is now.

import { keepFresh } from "./lib/fresh.js";

document.documentElement.classList.add("scripted");
keepFresh(10);
