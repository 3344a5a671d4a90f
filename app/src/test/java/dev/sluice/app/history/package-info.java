@NullMarked
package dev.sluice.app.history;

import org.jspecify.annotations.NullMarked;
