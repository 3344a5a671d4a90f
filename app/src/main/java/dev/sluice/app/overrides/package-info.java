/** What a person asks to put in the place of a verdict, and who writes it down. */
@NullMarked
package dev.sluice.app.overrides;

import org.jspecify.annotations.NullMarked;
