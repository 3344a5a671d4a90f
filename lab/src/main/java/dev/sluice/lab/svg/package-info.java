/** Pictures of runs. */
@NullMarked
package dev.sluice.lab.svg;

import org.jspecify.annotations.NullMarked;
