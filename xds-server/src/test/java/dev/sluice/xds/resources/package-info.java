@NullMarked
package dev.sluice.xds.resources;

import org.jspecify.annotations.NullMarked;
