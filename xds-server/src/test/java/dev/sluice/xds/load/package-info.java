@NullMarked
package dev.sluice.xds.load;

import org.jspecify.annotations.NullMarked;
