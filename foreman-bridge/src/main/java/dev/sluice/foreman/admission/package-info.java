/** Where a piece of work lands, and what is decided of it: pure but for the clock and chance. */
@NullMarked
package dev.sluice.foreman.admission;

import org.jspecify.annotations.NullMarked;
