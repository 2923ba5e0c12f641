/** What every page of a signed-in person has: clock, theme, the bar's menus, halt, notices. */

import { startClock } from "./clock.js";
import { startHalt } from "./halt.js";
import { startMenus } from "./menu.js";
import { startNotices } from "./notices.js";
import { startThemeSwitch } from "./theme.js";

startClock();
startMenus();
startHalt();
startNotices();
startThemeSwitch();
