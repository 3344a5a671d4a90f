@NullMarked
package dev.sluice.foreman.wire;

import org.jspecify.annotations.NullMarked;
