/** How many requests the backends of a rule were really given. Pure. */
@NullMarked
package dev.sluice.xds.load;

import org.jspecify.annotations.NullMarked;
