/** Log lines: how they are written, and the last of them. */
@NullMarked
package dev.sluice.app.logs;

import org.jspecify.annotations.NullMarked;
