@NullMarked
package dev.sluice.app.overrides;

import org.jspecify.annotations.NullMarked;
