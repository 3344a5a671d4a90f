@NullMarked
package dev.sluice.foreman.admission;

import org.jspecify.annotations.NullMarked;
