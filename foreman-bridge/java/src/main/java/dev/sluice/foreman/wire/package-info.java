/** What {@code breach.proto} says, as records and back. */
@NullMarked
package dev.sluice.foreman.wire;

import org.jspecify.annotations.NullMarked;
