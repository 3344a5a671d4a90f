@NullMarked
package dev.sluice.xds.shares;

import org.jspecify.annotations.NullMarked;
