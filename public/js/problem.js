import { startPage } from "./header.js";

void startPage();
