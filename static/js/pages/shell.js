/** What every page of a signed-in person has: the clock, the theme, the menus of the bar, the halt. */

import { startClock } from "./clock.js";
import { startHalt } from "./halt.js";
import { startMenus } from "./menu.js";
import { startThemeSwitch } from "./theme.js";

startClock();
startMenus();
startHalt();
startThemeSwitch();
