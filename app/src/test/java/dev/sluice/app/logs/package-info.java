@NullMarked
package dev.sluice.app.logs;

import org.jspecify.annotations.NullMarked;
