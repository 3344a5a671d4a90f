/** The words everyone shares: who is meant, what was observed, what follows from it. No I/O. */
@NullMarked
package dev.sluice.model;

import org.jspecify.annotations.NullMarked;
