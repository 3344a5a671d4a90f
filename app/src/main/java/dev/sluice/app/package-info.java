/** The process: puts the parts together, and runs them until it is told to stop. */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
