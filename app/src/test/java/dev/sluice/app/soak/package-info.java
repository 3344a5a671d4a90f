/** Sluice for half an hour, and what it is made of meanwhile. */
@NullMarked
package dev.sluice.app.soak;

import org.jspecify.annotations.NullMarked;
