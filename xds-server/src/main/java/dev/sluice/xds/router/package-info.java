/** A ModelRouter as Sluice understands it: records and their checks. */
@NullMarked
package dev.sluice.xds.router;

import org.jspecify.annotations.NullMarked;
