@NullMarked
package dev.sluice.xds.router;

import org.jspecify.annotations.NullMarked;
