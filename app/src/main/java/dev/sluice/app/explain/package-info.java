/** Why traffic is where it is, link by link; pure functions of what the process knows. */
@NullMarked
package dev.sluice.app.explain;

import org.jspecify.annotations.NullMarked;
