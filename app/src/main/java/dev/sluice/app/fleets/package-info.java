/** The objects that a managed fleet of Envoys is made of: pure functions of what is asked for. */
@NullMarked
package dev.sluice.app.fleets;

import org.jspecify.annotations.NullMarked;
