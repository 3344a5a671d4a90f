@NullMarked
package dev.sluice.app.sources;

import org.jspecify.annotations.NullMarked;
