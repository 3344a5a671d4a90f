/** The Java client of the breach service: decides from a watched cache, without a network call. */
@NullMarked
package dev.sluice.foreman.client;

import org.jspecify.annotations.NullMarked;
