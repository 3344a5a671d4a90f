@NullMarked
package dev.sluice.app.fleets;

import org.jspecify.annotations.NullMarked;
