/** What the process's metrics share. */
@NullMarked
package dev.sluice.app.metrics;

import org.jspecify.annotations.NullMarked;
