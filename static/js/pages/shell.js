/** What every page of a signed-in person has: the clock, the theme, the menus of the bar. */

import { startClock } from "./clock.js";
import { startMenus } from "./menu.js";
import { startThemeSwitch } from "./theme.js";

startClock();
startMenus();
startThemeSwitch();
