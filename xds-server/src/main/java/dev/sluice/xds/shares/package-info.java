/** Who gets how much: verdicts become shares, guards bound them, shares become whole weights. */
@NullMarked
package dev.sluice.xds.shares;

import org.jspecify.annotations.NullMarked;
