@NullMarked
package dev.sluice.foreman;

import org.jspecify.annotations.NullMarked;
