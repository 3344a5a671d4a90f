@NullMarked
package dev.sluice.xds.bootstrap;

import org.jspecify.annotations.NullMarked;
